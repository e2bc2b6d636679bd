import { z } from 'zod'
import { AppError, type FieldError } from '../../errors.ts'

/** In minor units. Stripe takes no more than eight digits. */
const MOST_MINOR_UNITS = 99_999_999
/** Of each input: three decimals, so that sums stay exact. */
const MOST_QUANTITY = 1_000_000
const MILLI = 1_000

const cents = z.int().min(1, 'must be more than nothing, in minor units').max(MOST_MINOR_UNITS)
const percent = z.number().gt(0, 'must be more than nothing').max(1_000)
const input = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'takes letters and digits, and begins with a small one')
  .describe('The name of the input it goes by')
const Label = z.strictObject({ fr: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })

/** One line of a price. Every amount is more than nothing: a price cannot be talked down by an input. */
const PriceRule = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('base'), label: Label, amount: cents }),
    z.strictObject({
      kind: z.literal('per_unit'),
      label: Label,
      input,
      amount: cents.describe('For each unit'),
      included: z.number().min(0).max(MOST_QUANTITY).optional().describe('Units that cost nothing'),
    }),
    z.strictObject({
      kind: z.literal('steps'),
      label: Label,
      input,
      steps: z
        .array(z.strictObject({ upTo: z.number().min(0).max(MOST_QUANTITY), amount: cents }))
        .min(1)
        .max(50)
        .describe('The first one that reaches the quantity is paid; what is above them all cannot be ordered'),
    }),
    z.strictObject({ kind: z.literal('option'), label: Label, input, amount: cents }),
    z.strictObject({
      kind: z.literal('surcharge'),
      label: Label,
      input,
      percent: percent.describe('Of all lines before it'),
    }),
  ])
  .meta({ id: 'PriceRule' })
type PriceRule = z.infer<typeof PriceRule>

export const Pricing = z
  .strictObject({
    rules: z.array(PriceRule).min(1).max(50),
    minimum: cents.optional().describe('What it costs at least'),
    insurance: z
      .strictObject({ percent, minimum: cents.optional() })
      .optional()
      .describe('What insurance adds; without it there is none'),
  })
  .meta({ id: 'Pricing' })
export type Pricing = z.infer<typeof Pricing>

export type Inputs = Readonly<Record<string, number | boolean>>

export interface PriceLine {
  readonly label: { readonly fr: string; readonly en: string }
  readonly amount: number
}

export interface Price {
  readonly amount: number
  readonly lines: readonly PriceLine[]
}

const INSURANCE = { fr: 'Assurance', en: 'Insurance' }
const MINIMUM = { fr: 'Forfait minimum', en: 'Minimum charge' }

/**
 * What a service costs. Whole minor units, each line rounded half up; the same rules and inputs always give the same. Pure.
 *
 * @throws AppError `validation_failed` with everything that is wrong with the inputs.
 */
export function priceOf({ rules, minimum, insurance }: Pricing, inputs: Inputs, insured: boolean): Price {
  assertInputs(rules, inputs)
  const lines: PriceLine[] = []
  let sum = 0
  const add = (label: PriceLine['label'], amount: number) => {
    if (amount > 0) lines.push({ label, amount })
    sum += amount
  }
  for (const rule of rules) {
    if (rule.kind === 'base') add(rule.label, rule.amount)
    else if (rule.kind === 'option') add(rule.label, inputs[rule.input] === true ? rule.amount : 0)
    else if (rule.kind === 'surcharge') add(rule.label, inputs[rule.input] === true ? partOf(sum, rule.percent) : 0)
    else if (rule.kind === 'per_unit')
      add(rule.label, times(rule.amount, Math.max(0, Number(inputs[rule.input]) - (rule.included ?? 0))))
    else add(rule.label, stepOf(rule.steps, Number(inputs[rule.input]))!.amount)
  }
  if (minimum !== undefined && sum < minimum) add(MINIMUM, minimum - sum)
  if (insured) {
    if (!insurance) throw wrong([{ path: 'insurance', message: 'is not offered for this service' }])
    add(INSURANCE, Math.max(insurance.minimum ?? 0, partOf(sum, insurance.percent)))
  }
  if (sum < 1) throw wrong([{ path: 'inputs', message: 'come to a price of nothing' }])
  if (sum > MOST_MINOR_UNITS) throw wrong([{ path: 'inputs', message: 'come to more than can be paid at once' }])
  return { amount: sum, lines }
}

function assertInputs(rules: readonly PriceRule[], inputs: Inputs): void {
  const errors: FieldError[] = []
  const known = new Set<string>()
  for (const rule of rules) {
    if (rule.kind === 'base') continue
    known.add(rule.input)
    const value = inputs[rule.input]
    const path = `inputs.${rule.input}`
    if (rule.kind === 'option' || rule.kind === 'surcharge') {
      if (value !== undefined && typeof value !== 'boolean') errors.push({ path, message: 'is true or false' })
    } else if (typeof value !== 'number') errors.push({ path, message: 'is needed: a number', rule: 'required' })
    else if (value < 0 || value > MOST_QUANTITY || !Number.isFinite(value))
      errors.push({ path, message: `is a number from 0 to ${MOST_QUANTITY}` })
    else if (Math.round(value * MILLI) / MILLI !== value) errors.push({ path, message: 'has three decimals at most' })
    else if (rule.kind === 'steps' && !stepOf(rule.steps, value)) {
      const limit = Math.max(...rule.steps.map(({ upTo }) => upTo))
      errors.push({ path, message: `is at most ${limit}`, rule: 'max', limit })
    }
  }
  for (const name of Object.keys(inputs))
    if (!known.has(name))
      errors.push({
        path: `inputs.${name}`,
        message: `is not an input of this service; it has ${[...known].join(', ') || 'none'}`,
      })
  if (errors.length > 0)
    throw wrong(errors.filter(({ path }, at) => errors.findIndex((one) => one.path === path) === at))
}

const stepOf = (steps: readonly { upTo: number; amount: number }[], quantity: number) =>
  steps.toSorted((one, other) => one.upTo - other.upTo).find(({ upTo }) => quantity <= upTo)

/** In whole thousandths, so that 12.345 × 199 does not depend on how binary fractions round. */
const times = (amount: number, quantity: number): number =>
  Number((BigInt(amount) * BigInt(Math.round(quantity * MILLI)) + 500n) / 1_000n)
const partOf = (amount: number, share: number): number =>
  Number((BigInt(amount) * BigInt(Math.round(share * MILLI)) + 50_000n) / 100_000n)

const wrong = (errors: readonly FieldError[]) =>
  new AppError(
    'validation_failed',
    errors
      .map(({ path, message }) => `${path} ${message}`)
      .join('; ')
      .slice(0, 500),
    { errors },
  )
