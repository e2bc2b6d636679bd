/// <reference types="handlebars" />

/** What surrounds a tag: the template itself, then each `#each` and `#with` around it, innermost last. */
export interface Scope {
  readonly kind: 'root' | 'each' | 'with'
  /** Its block parameters: `{{#each items as |item index|}}`. */
  readonly names: readonly string[]
}

/** Where a path leads: so many scopes out, then by these names. */
export interface Place {
  /** `data`: `@index` and its like · `key`: a loop's second block parameter · `root`: a variable · `value`: what the scope is about. */
  readonly of: 'data' | 'key' | 'root' | 'value'
  readonly hops: number
  readonly names: readonly string[]
}

/** Handlebars' scoping, once for the check and for the program. Nothing comes back for a path that leads nowhere. */
export function placeOfPath(path: hbs.AST.PathExpression, scopes: readonly Scope[]): Place | undefined {
  const names = path.parts
  const top = scopes.length - 1

  if (path.data) {
    if (names[0] === 'root') return { of: 'root', hops: top, names: names.slice(1) }
    const loop = scopes.findLastIndex(({ kind }) => kind === 'each')
    return loop < 0 || path.depth > 0 || names.length !== 1 ? undefined : { of: 'data', hops: top - loop, names }
  }

  const isScoped = /^\.|^this\b/.test(path.original)
  if (path.depth === 0 && !isScoped) {
    const holder = scopes.findLastIndex(({ names: own }) => own.includes(names[0] ?? ''))
    if (holder >= 0) {
      const isKey = scopes[holder]?.names.indexOf(names[0] ?? '') === 1
      return { of: isKey ? 'key' : 'value', hops: top - holder, names: names.slice(1) }
    }
  }

  const target = top - path.depth
  if (target < 0) return undefined
  return { of: scopes[target]?.kind === 'root' ? 'root' : 'value', hops: path.depth, names }
}
