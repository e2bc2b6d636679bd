import type { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { z } from 'zod'
import { AppError } from '../../errors.ts'

export const MIN_PASSWORD = 10
const MAX_PASSWORD = 128
/** A password as it is chosen. Whether it is hard to guess, `refuseWeak` says. */
export const NewPassword = z.string().min(MIN_PASSWORD).max(MAX_PASSWORD)
/** One that is typed to get in: whatever it is, it is right or wrong. */
export const TypedPassword = z.string().min(1).max(MAX_PASSWORD)

/** Whose password it is: what anybody who knows them would try. */
export interface Owner {
  readonly email: string
  readonly name: string
  readonly organizations: readonly string[]
}

/** Of zxcvbn's 0 to 4; 3: about a hundred million guesses, too many even where the hashes were stolen. */
const LEAST_SCORE = 3
/** What is left of a password once the owner's own words are taken out has to be a password still. */
const LEAST_LEFT = 8
const SHORTEST_WORD = 4

const ADVICE = 'Take three or four words that have nothing to do with each other or with you'

/**
 * Refuses a password that is easy to guess: common ones, words and names of French and English, dates, rows of keys,
 * repetitions, and what is known of its owner.
 *
 * @throws AppError `weak_password`, with the remedy.
 */
export async function refuseWeak(field: string, password: string, owner: Owner): Promise<void> {
  const weakness = await weaknessOf(password, owner)
  if (!weakness) return
  throw new AppError('weak_password', `${weakness}. ${ADVICE}.`, { errors: [{ path: field, message: weakness }] })
}

async function weaknessOf(password: string, owner: Owner): Promise<string | undefined> {
  const words = wordsOf(owner)
  if (without(password, words).length < LEAST_LEFT)
    return 'It is made of your name, your address or your organization’s name'
  const { score } = (await guesser()).check(password, words)
  return score < LEAST_SCORE ? 'It is among the first that somebody would try' : undefined
}

function wordsOf({ email, name, organizations }: Owner): string[] {
  const whole = [email, name, ...organizations].map((text) => text.toLowerCase())
  const parts = whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u))
  return [...new Set([...whole, ...parts])].filter((word) => word.length >= SHORTEST_WORD)
}

/** The longest first: a name goes before its parts. */
const without = (password: string, words: readonly string[]): string =>
  words
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, word) => left.replaceAll(word, ''), password.toLowerCase())

let made: Promise<ZxcvbnFactory> | undefined

/** Its dictionaries take half a second and 85 MB: they are read when somebody first chooses a password. */
function guesser(): Promise<ZxcvbnFactory> {
  made ??= make().catch((error) => {
    made = undefined
    throw error
  })
  return made
}

async function make(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, common, french, english] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-fr'),
    import('@zxcvbn-ts/language-en'),
  ])
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...french.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
  })
}
