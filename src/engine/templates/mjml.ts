import { createRequire, type ResolveFnOutput, registerHooks } from 'node:module'
import type mjml2html from 'mjml'

/** What MJML loads for options that are never set here (minifying, beautifying, inlining styles, attributes by selector): two thirds of the files it reads. */
const NEVER_USED = new Set(['cheerio', 'cssnano-preset-lite', 'htmlnano', 'js-beautify', 'juice'])
/** Of `lodash/fp` MJML uses these five; all of it takes a third of the time that loading the rest takes. */
const FP = `
exports.flow = (...steps) => (value) => steps.flat().reduce((made, step) => step(made), value)
exports.filter = (wanted) => (list) => Object.values(list).filter((one) => wanted(one))
exports.map = (make) => (list) => Object.values(list).map((one) => make(one))
exports.join = (between) => (list) => list.join(between)
exports.identity = (value) => value`
const INSTEAD = 'instead-of:'

/** MJML, loaded when a mail is first compiled, in a third of the time and half of the memory that importing it takes. */
export function loadMjml(): typeof mjml2html {
  loaded ??= load()
  return loaded
}

let loaded: typeof mjml2html | undefined

function load(): typeof mjml2html {
  /** Each of MJML's forty packages asks for the same Babel helpers, and Node reads the list of all of them each time. */
  const helpers = new Map<string, ResolveFnOutput>()
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'lodash/fp' || (NEVER_USED.has(specifier) && context.parentURL?.includes('/mjml-core/')))
        return { url: INSTEAD + specifier, format: 'commonjs', shortCircuit: true }
      if (!specifier.startsWith('@babel/runtime/')) return next(specifier, context)
      const found = helpers.get(specifier) ?? { ...next(specifier, context), shortCircuit: true }
      helpers.set(specifier, found)
      return found
    },
    load: (url, context, next) =>
      url.startsWith(INSTEAD)
        ? { source: url === `${INSTEAD}lodash/fp` ? FP : '', format: 'commonjs', shortCircuit: true }
        : next(url, context),
  })
  try {
    return createRequire(import.meta.url)('mjml')
  } finally {
    hooks.deregister()
  }
}
