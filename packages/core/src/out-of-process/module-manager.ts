export class ModuleManager {}
