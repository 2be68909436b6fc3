import protobuf from 'protobufjs'
import { fullNameOf } from '../service/reflection.js'

/** The name of a message or enum in generated code: `Order_Line` for what stands inside of `Order`. */
export function typeNameOf(type: protobuf.ReflectionObject, homePackage: string): string {
  const [packageName, path] = split(type)
  const prefix = packageName === homePackage ? '' : packageName.split('.').map(capitalised).join('')
  return `${prefix}${path.join('_')}`
}

/** The package of a service or a type. */
export function packageOf(type: protobuf.ReflectionObject): string {
  return split(type)[0]
}

function split(type: protobuf.ReflectionObject): [packageName: string, path: readonly string[]] {
  const path = [type.name]
  let parent = type.parent
  while (parent instanceof protobuf.Type) {
    path.unshift(parent.name)
    parent = parent.parent
  }
  return [parent ? fullNameOf(parent) : '', path]
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** A comment of the proto file as one of ours, with a line break behind it; empty where there is none. */
export function commentOf({ comment }: protobuf.ReflectionObject, indent = ''): string {
  if (!comment) return ''
  const lines = comment.replaceAll('*/', '*\\/').split('\n')
  if (lines.length === 1) return `${indent}/** ${comment.replaceAll('*/', '*\\/')} */\n`
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`, ''].join('\n')
}
