import type { Shape } from './shape.ts'

const DEEPEST = 4

/** Every name a template may use, as its author writes it; what is inside a list as `items[].label`. */
export function pathsOf(shape: Shape, before = '', depth = 0): string[] {
  if (shape.kind === 'list')
    return [before, ...(depth < DEEPEST ? pathsOf(shape.items(), `${before}[]`, depth + 1) : [])]
  if (shape.kind !== 'object') return before === '' || before.endsWith('[]') ? [] : [before]
  if (depth >= DEEPEST) return []
  return shape.names.flatMap((name) => {
    const field = shape.field(name)
    return field ? pathsOf(field, before ? `${before}.${name}` : name, depth + 1) : []
  })
}
