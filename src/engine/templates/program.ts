/// <reference types="handlebars" />
import { escapeHtml, HELPERS, type HelperContext, isTrue } from './helpers.ts'
import { placeOfPath, type Scope } from './scope.ts'
import { RESERVED_NAMES, type TemplateVariables } from './variables.ts'

/** Turns of all loops of one render together. */
export const LOOP_BUDGET = 20_000
/** One rendered piece, in UTF-16 units. */
export const OUTPUT_LIMIT = 2_000_000

/** A template asked for more than a message may cost. It will again: the message fails. */
export class TemplateLimitError extends Error {
  override readonly name = 'TemplateLimitError'
}

/** What a link of a mail becomes: its address, or one of ours that leads there. */
export type Rewrite = (address: string) => string

export type Program = (variables: TemplateVariables, rewrite?: Rewrite) => string

/** One `each` or `with` being rendered, or the whole template. */
interface Frame {
  readonly run: Run
  readonly parent: Frame | undefined
  value: unknown
  key: string | number
  index: number
  last: boolean
}

interface Run {
  readonly variables: TemplateVariables
  readonly context: HelperContext
  readonly rewrite: Rewrite | undefined
  turns: number
  written: number
}

type Part = string | ((frame: Frame) => string)
type Expression = (frame: Frame) => unknown

/**
 * Makes a Handlebars tree that `check.ts` has passed into a function. Handlebars' own run time is not used: this one never
 * generates code from a template's text, sees own properties only, counts every turn of every loop, knows no partials
 * and prints nothing for what is missing. (Also a fifth faster, where Intl does not dominate.)
 */
export function buildProgram(tree: hbs.AST.Program, html: boolean): Program {
  const render = block(tree, [{ kind: 'root', names: [] }], html)
  return (variables, rewrite) => {
    const run: Run = {
      variables,
      context: { locale: variables.locale, timeZone: variables.timeZone, html },
      rewrite,
      turns: 0,
      written: 0,
    }
    const out = render({ run, parent: undefined, value: variables.payload, key: '', index: 0, last: true })
    return limited(out)
  }
}

function block(tree: hbs.AST.Program | undefined, scopes: readonly Scope[], html: boolean): (frame: Frame) => string {
  const parts = (tree?.body ?? []).map((node) => part(node, scopes, html)).filter((made) => made !== '')
  if (parts.length === 0) return () => ''
  return (frame) => {
    let out = ''
    for (const made of parts) out += typeof made === 'string' ? made : made(frame)
    return out
  }
}

function part(node: hbs.AST.Statement, scopes: readonly Scope[], html: boolean): Part {
  switch (node.type) {
    case 'ContentStatement':
      return (node as hbs.AST.ContentStatement).value
    case 'CommentStatement':
      return ''
    case 'MustacheStatement':
      return output(node as hbs.AST.MustacheStatement, scopes, html)
    case 'BlockStatement':
      return blockPart(node as hbs.AST.BlockStatement, scopes, html)
    default:
      throw new Error(`${node.type} is not part of our Handlebars`)
  }
}

function output(node: hbs.AST.MustacheStatement, scopes: readonly Scope[], html: boolean): Part {
  const value = expression(node, scopes)
  const safe = !html || HELPERS[helperName(node) ?? '']?.makesHtml
  return (frame) => {
    const text = print(value(frame))
    frame.run.written += text.length
    if (frame.run.written > OUTPUT_LIMIT) throw tooLong()
    return safe ? text : escapeHtml(text)
  }
}

/** Lists, objects and what is missing print as nothing. */
const print = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

function blockPart(node: hbs.AST.BlockStatement, scopes: readonly Scope[], html: boolean): Part {
  const name = (node.path as hbs.AST.PathExpression).original
  if (name === LINK_BLOCK) return link(node, scopes)
  const subject = expression(node.params[0] as hbs.AST.Expression, scopes)
  const names = node.program?.blockParams ?? []
  const inner = name === 'each' || name === 'with' ? [...scopes, { kind: name, names } as const] : scopes
  const yes = block(node.program, inner, html)
  const no = block(node.inverse, scopes, html)
  switch (name) {
    case 'if':
      return (frame) => (isTrue(subject(frame)) ? yes(frame) : no(frame))
    case 'unless':
      return (frame) => (isTrue(subject(frame)) ? no(frame) : yes(frame))
    case 'with':
      return (frame) => {
        const value = subject(frame)
        return isTrue(value) ? yes({ run: frame.run, parent: frame, value, key: '', index: 0, last: true }) : no(frame)
      }
    case 'each':
      return (frame) => each(subject(frame), frame, yes, no)
    default:
      throw new Error(`{{#${name}}} is not part of our Handlebars`)
  }
}

/** Around the address of every link of a mail. `compiled.ts` writes it; no author can. */
export const LINK_BLOCK = 'link'

/** The address is put together as text, and escaped as a whole. */
function link(node: hbs.AST.BlockStatement, scopes: readonly Scope[]): Part {
  const address = block(node.program, scopes, false)
  return (frame) => {
    const text = address(frame).trim()
    return escapeHtml(frame.run.rewrite?.(text) ?? text)
  }
}

function each(
  subject: unknown,
  parent: Frame,
  body: (frame: Frame) => string,
  otherwise: (frame: Frame) => string,
): string {
  const keys = Array.isArray(subject)
    ? undefined
    : typeof subject === 'object' && subject !== null
      ? Object.keys(subject)
      : []
  const count = keys ? keys.length : (subject as unknown[]).length
  if (count === 0) return otherwise(parent)
  const { run } = parent
  const frame: Frame = { run, parent, value: undefined, key: 0, index: 0, last: false }
  let out = ''
  for (let index = 0; index < count; index++) {
    if (++run.turns > LOOP_BUDGET)
      throw new TemplateLimitError(`The template's loops take more than ${LOOP_BUDGET} turns`)
    frame.index = index
    frame.last = index === count - 1
    frame.key = keys ? (keys[index] as string) : index
    frame.value = (subject as Record<string | number, unknown>)[frame.key]
    out += body(frame)
    limited(out)
  }
  return out
}

function limited(out: string): string {
  if (out.length > OUTPUT_LIMIT) throw tooLong()
  return out
}

const tooLong = () => new TemplateLimitError(`The template's output is longer than ${OUTPUT_LIMIT} characters`)

/** The helper a tag or a sub-expression calls; a bare name without arguments is a variable. */
export function helperName(node: hbs.AST.Node): string | undefined {
  const call = node as Partial<hbs.AST.MustacheStatement>
  if (node.type !== 'SubExpression' && !call.params?.length && !call.hash?.pairs.length) return undefined
  return (call.path as hbs.AST.PathExpression).original
}

function expression(node: hbs.AST.Node, scopes: readonly Scope[]): Expression {
  const helper = node.type === 'SubExpression' || node.type === 'MustacheStatement' ? helperName(node) : undefined
  if (helper) return call(helper, node as hbs.AST.SubExpression, scopes)
  switch (node.type) {
    case 'MustacheStatement':
      return expression((node as hbs.AST.MustacheStatement).path, scopes)
    case 'PathExpression':
      return lookup(node as hbs.AST.PathExpression, scopes)
    case 'StringLiteral':
    case 'NumberLiteral':
    case 'BooleanLiteral': {
      const { value } = node as hbs.AST.StringLiteral
      return () => value
    }
    default:
      return () => undefined
  }
}

function call(name: string, node: hbs.AST.SubExpression, scopes: readonly Scope[]): Expression {
  const helper = HELPERS[name]
  if (!helper) throw new Error(`${name} is not one of our helpers`)
  const values = node.params.map((param) => expression(param, scopes))
  const named = (node.hash?.pairs ?? []).map((pair) => [pair.key, expression(pair.value, scopes)] as const)
  return (frame) =>
    helper.run(
      values.map((value) => value(frame)),
      named.length ? Object.fromEntries(named.map(([key, value]) => [key, value(frame)])) : NO_NAMED,
      frame.run.context,
    )
}

const NO_NAMED = Object.freeze({})

function lookup(path: hbs.AST.PathExpression, scopes: readonly Scope[]): Expression {
  const place = placeOfPath(path, scopes)
  if (!place) return () => undefined
  const { hops, names } = place
  const at = (frame: Frame): Frame => {
    let found = frame
    for (let hop = 0; hop < hops && found.parent; hop++) found = found.parent
    return found
  }
  switch (place.of) {
    case 'data': {
      const read = LOOP_DATA[names[0] ?? '']
      return read ? (frame) => read(at(frame)) : () => undefined
    }
    case 'key':
      return (frame) => at(frame).key
    case 'root': {
      const [first = '', ...rest] = names
      const isReserved = RESERVED_NAMES.has(first)
      return ({ run: { variables } }) => descend(own(isReserved ? variables : variables.payload, first), rest)
    }
    case 'value':
      return hops === 0 ? (frame) => descend(frame.value, names) : (frame) => descend(at(frame).value, names)
  }
}

const LOOP_DATA: Record<string, (frame: Frame) => unknown> = {
  index: (frame) => frame.index,
  key: (frame) => frame.key,
  first: (frame) => frame.index === 0,
  last: (frame) => frame.last,
}

function descend(value: unknown, names: readonly string[]): unknown {
  let found = value
  for (const name of names) found = own(found, name)
  return found
}

const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
