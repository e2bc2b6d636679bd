/// <reference types="handlebars" />
import { HELPERS } from './helpers.ts'
import { helperName } from './program.ts'
import { placeOfPath, type Scope } from './scope.ts'
import type { Shape } from './shape.ts'
import { type Parse, parseFault, placeOf, type TemplateFault, tagsOf } from './syntax.ts'

const BLOCKS = ['if', 'unless', 'each', 'with']
const DATA = ['index', 'key', 'first', 'last']
/** A built-in mail has about 20. Bounds what one render can repeat without a loop. */
const TAG_LIMIT = 500
/** MJML writes an author's value several times, and the layout has tags of its own. */
export const GENERATED_TAG_LIMIT = 4 * TAG_LIMIT
/** Blocks inside blocks, calls inside calls. Handlebars' parser takes minutes for some thousand of them. */
const DEPTH_LIMIT = 30

/** Parses a piece of a template and checks it. */
export function checkPiece(
  field: string,
  piece: string,
  parse: Parse,
  variables: Shape,
  tagLimit = TAG_LIMIT,
): TemplateFault[] {
  const tooMuch = excess(piece, tagLimit)
  if (tooMuch) return [{ field, ...placeOf(piece, tooMuch.offset), message: tooMuch.message }]
  let tree: hbs.AST.Program
  try {
    tree = parse(piece)
  } catch (error) {
    return [parseFault(field, piece, error)]
  }
  return checkTree(field, tree, variables)
}

/** What would keep the parser busy too long, found by a look at the tags alone. */
function excess(piece: string, tagLimit: number): { offset: number; message: string } | undefined {
  /** The blocks open here, each with its `{{else if}}`s, which Handlebars nests. */
  const open: number[] = []
  let count = 0
  for (const { offset, tag } of tagsOf(piece)) {
    if (++count > tagLimit) return { offset, message: `stands after ${tagLimit} other tags, which is the most` }
    const kind = /^\{\{~?\s*(#|\/|(?:\^|else\s)(?!\s*~?\}))/.exec(tag)?.[1]
    if (kind === '/') open.pop()
    else if (kind === '#' || kind === '^') open.push(1)
    else if (kind) open.push((open.pop() ?? 0) + 1)
    const depth = open.reduce((sum, chain) => sum + chain, 0)
    if (depth > DEPTH_LIMIT || parentheses(tag) > DEPTH_LIMIT)
      return { offset, message: `stands more than ${DEPTH_LIMIT} blocks or calls deep` }
  }
  return undefined
}

function parentheses(tag: string): number {
  let depth = 0
  let deepest = 0
  for (const character of tag) {
    if (character === '(') deepest = Math.max(deepest, ++depth)
    else if (character === ')') depth--
  }
  return deepest
}

/** A scope and what it is about. */
interface Level extends Scope {
  readonly shape: Shape
}

/**
 * Finds everything in a parsed template that a message could trip over: names the payload does not have (also inside
 * blocks, where Handlebars itself is silent), lists printed as text, unknown helpers and blocks, partials, raw output.
 * What passes here is what `program.ts` can run.
 */
function checkTree(field: string, tree: hbs.AST.Program, variables: Shape): TemplateFault[] {
  const faults: TemplateFault[] = []

  const fault = (node: hbs.AST.Node, message: string) => {
    const { line, column } = node.loc.start
    faults.push({ field, line, column: column + 1, message })
  }

  const walk = (program: hbs.AST.Program | undefined, levels: readonly Level[]): void => {
    for (const node of program?.body ?? []) statement(node, levels)
  }

  const statement = (node: hbs.AST.Statement, levels: readonly Level[]): void => {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') return
    if (node.type === 'MustacheStatement') printed(node as hbs.AST.MustacheStatement, levels)
    else if (node.type === 'BlockStatement') block(node as hbs.AST.BlockStatement, levels)
    else
      fault(
        node,
        node.type.startsWith('Partial')
          ? 'partials ({{> …}}) are not available'
          : 'decorators ({{* …}}) are not available',
      )
  }

  const printed = (node: hbs.AST.MustacheStatement, levels: readonly Level[]): void => {
    if (!node.escaped) fault(node, 'unescaped output is not available: use {{…}} with two braces')
    const shape = helperName(node) ? helper(node, levels) : value(node.path, levels)
    if (shape?.kind === 'list')
      fault(node, `${source(node.path)} is a list: go through it with {{#each ${source(node.path)}}}`)
    if (shape?.kind === 'object') fault(node, `${source(node.path)} is not a text; it has ${some(shape.names)}`)
  }

  const block = (node: hbs.AST.BlockStatement, levels: readonly Level[]): void => {
    const name = source(node.path)
    if (!BLOCKS.includes(name)) {
      fault(node, `there is no block {{#${name}}}; use ${some(BLOCKS.map((known) => `#${known}`))}`)
      return
    }
    const [subject, ...more] = node.params
    if (!subject || more.length || node.hash?.pairs.length) {
      fault(node, `{{#${name} …}} takes exactly one value`)
      return
    }
    const shape = value(subject, levels)
    const names = node.program?.blockParams ?? []
    const inside = (about: Shape): readonly Level[] => [
      ...levels,
      { kind: name as 'each' | 'with', names, shape: about },
    ]

    if (name === 'each' && shape) {
      if (shape.kind === 'scalar') fault(node, `${source(subject)} is not a list`)
      walk(
        node.program,
        inside(shape.kind === 'list' ? shape.items() : shape.kind === 'object' ? anyField(shape) : { kind: 'any' }),
      )
    } else if (name === 'with' && shape) {
      if (shape.kind === 'scalar' || shape.kind === 'list') fault(node, `${source(subject)} has no fields of its own`)
      walk(node.program, inside(shape))
    } else if (name === 'if' || name === 'unless') walk(node.program, levels)
    walk(node.inverse, levels)
  }

  const helper = (
    node: hbs.AST.MustacheStatement | hbs.AST.SubExpression,
    levels: readonly Level[],
  ): Shape | undefined => {
    const name = source(node.path)
    const known = Object.hasOwn(HELPERS, name) ? HELPERS[name] : undefined
    if (!known) {
      fault(node, `there is no helper ${name}; there are ${some(Object.keys(HELPERS))}`)
      return undefined
    }
    const [least, most] = known.takes
    if (node.params.length < least || node.params.length > most)
      fault(node, `${name} takes ${least === most ? least : `${least} to ${most}`} value${most === 1 ? '' : 's'}`)
    node.params.forEach((param, index) => {
      value(param, levels)
      const words = known.words?.[index]
      if (words && !(param.type === 'StringLiteral' && words.includes((param as hbs.AST.StringLiteral).value)))
        fault(param, `is one of ${words.map((word) => `"${word}"`).join(', ')}`)
    })
    for (const pair of node.hash?.pairs ?? []) {
      if (!known.named?.includes(pair.key)) fault(pair, `${name} has no ${pair.key}=`)
      value(pair.value, levels)
    }
    return { kind: 'scalar' }
  }

  const value = (node: hbs.AST.Node, levels: readonly Level[]): Shape | undefined => {
    if (node.type === 'SubExpression') return helper(node as hbs.AST.SubExpression, levels)
    if (node.type !== 'PathExpression') return { kind: 'scalar' }
    const path = node as hbs.AST.PathExpression
    const place = placeOfPath(path, levels)
    const unknown = (names?: readonly string[]) => {
      fault(path, `there is no ${path.original} here${names?.length ? `; there is ${some(names)}` : ''}`)
      return undefined
    }
    if (!place || (place.of === 'root' && place.names.length === 0)) return unknown()
    if (place.of === 'key') return { kind: 'scalar' }
    if (place.of === 'data')
      return DATA.includes(place.names[0] ?? '') ? { kind: 'scalar' } : unknown(DATA.map((name) => `@${name}`))

    let shape = levels[levels.length - 1 - place.hops]?.shape
    for (const name of place.names) {
      if (!shape || FORBIDDEN.has(name)) return unknown()
      if (shape.kind === 'any') return shape
      const found: Shape | undefined =
        shape.kind === 'object'
          ? shape.field(name)
          : shape.kind === 'list' && name === 'length'
            ? { kind: 'scalar' }
            : undefined
      if (!found) return unknown(shape.kind === 'object' ? shape.names : undefined)
      shape = found
    }
    return shape ?? unknown()
  }

  walk(tree, [{ kind: 'root', names: [], shape: variables }])
  return faults
}

/** Own properties only are read at run time; these never are, whatever the schema allows. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype'])

const source = (node: hbs.AST.Node): string => (node as Partial<hbs.AST.PathExpression>).original?.toString() ?? 'this'

const anyField = (shape: Shape & { kind: 'object' }): Shape => shape.field(shape.names[0] ?? '') ?? { kind: 'any' }

const some = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ')
