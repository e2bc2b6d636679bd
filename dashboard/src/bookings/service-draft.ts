import type { Pricing, ServiceType } from '@carillon/client'

export type RuleKind = Pricing['rules'][number]['kind']
export const RULE_KINDS = ['base', 'per_unit', 'steps', 'option', 'surcharge'] as const satisfies readonly RuleKind[]

/** A number as it is being typed: "12.0" is on its way to "12.05". */
export type Field = number | string

/** What it says; nothing when it is empty. */
export const numberIn = (field: Field): number => (field === '' ? 0 : Number(field))

/** A rule as somebody writes it: amounts in whole money, not in minor units, and fields of every kind. */
export interface RuleDraft {
  /** Of the row, for as long as the form is open. */
  readonly id: number
  readonly kind: RuleKind
  readonly label: { readonly fr: string; readonly en: string }
  readonly input: string
  readonly amount: Field
  readonly included: Field
  readonly percent: Field
  readonly steps: readonly { readonly upTo: Field; readonly amount: Field }[]
}

export interface ServiceDraft {
  readonly key: string
  readonly label: { readonly fr: string; readonly en: string }
  readonly rules: readonly RuleDraft[]
  readonly minimum: Field
  readonly insurance: boolean
  readonly insurancePercent: Field
  readonly insuranceMinimum: Field
  readonly share: Field
  /** In percent; empty: what the seller's scheme comes to. */
  readonly vatRate: Field
  /** Of a rate of 0: why there is no VAT. */
  readonly exemption: { readonly code: string; readonly fr: string; readonly en: string }
  readonly responsibleIds: readonly string[]
  readonly enabled: boolean
}

const EMPTY_STEP = { upTo: '', amount: '' } as const
let lastId = 0

export const newRule = (kind: RuleKind): RuleDraft => ({
  id: ++lastId,
  kind,
  label: { fr: '', en: '' },
  input: '',
  amount: '',
  included: '',
  percent: '',
  steps: [EMPTY_STEP],
})

/** What a form begins with; `per` is how many minor units one is. */
export function draftOf(service: ServiceType | undefined, per: number): ServiceDraft {
  if (!service)
    return {
      key: '',
      label: { fr: '', en: '' },
      rules: [newRule('base')],
      minimum: '',
      insurance: false,
      insurancePercent: '',
      insuranceMinimum: '',
      share: '',
      vatRate: '',
      exemption: { code: '', fr: '', en: '' },
      responsibleIds: [],
      enabled: true,
    }
  const { pricing } = service
  const whole = (minor: number | undefined): Field => (minor === undefined ? '' : minor / per)
  return {
    key: service.key,
    label: service.label,
    rules: pricing.rules.map((rule) => ({
      ...newRule(rule.kind),
      label: rule.label,
      ...('input' in rule && { input: rule.input }),
      ...('amount' in rule && { amount: whole(rule.amount) }),
      ...('included' in rule && { included: rule.included ?? '' }),
      ...('percent' in rule && { percent: rule.percent }),
      ...('steps' in rule && { steps: rule.steps.map(({ upTo, amount }) => ({ upTo, amount: whole(amount) })) }),
    })),
    minimum: whole(pricing.minimum),
    insurance: pricing.insurance !== undefined,
    insurancePercent: pricing.insurance?.percent ?? '',
    insuranceMinimum: whole(pricing.insurance?.minimum),
    share: service.professionalShare ?? '',
    vatRate: service.vatRate ?? '',
    exemption: {
      code: service.vatExemption?.code ?? '',
      fr: service.vatExemption?.reason.fr ?? '',
      en: service.vatExemption?.reason.en ?? '',
    },
    responsibleIds: service.responsibleIds,
    enabled: service.enabled,
  }
}

export const isExempt = ({ vatRate }: Pick<ServiceDraft, 'vatRate'>): boolean => vatRate !== '' && Number(vatRate) === 0

/** As the API takes it. What was left empty is nothing, and is refused where it is needed, at its field. */
export function serviceOf(draft: ServiceDraft, per: number) {
  const minor = (field: Field) => (field === '' ? 0 : Math.round(Number(field) * per))
  const pricing: Pricing = {
    rules: draft.rules.map((rule) => ruleOf(rule, minor)),
    ...(draft.minimum !== '' && { minimum: minor(draft.minimum) }),
    ...(draft.insurance && {
      insurance: {
        percent: numberIn(draft.insurancePercent),
        ...(draft.insuranceMinimum !== '' && { minimum: minor(draft.insuranceMinimum) }),
      },
    }),
  }
  return {
    label: { ...draft.label },
    pricing,
    responsibleIds: [...draft.responsibleIds],
    professionalShare: draft.share === '' ? null : Number(draft.share),
    vatRate: draft.vatRate === '' ? null : Number(draft.vatRate),
    vatExemption: isExempt(draft)
      ? { code: draft.exemption.code.trim(), reason: { fr: draft.exemption.fr, en: draft.exemption.en } }
      : null,
    enabled: draft.enabled,
  }
}

function ruleOf(
  { kind, label, input, amount, included, percent, steps }: RuleDraft,
  minor: (field: Field) => number,
): Pricing['rules'][number] {
  const named = { label: { ...label }, input: input.trim() }
  if (kind === 'base') return { kind, label: { ...label }, amount: minor(amount) }
  if (kind === 'option') return { kind, ...named, amount: minor(amount) }
  if (kind === 'surcharge') return { kind, ...named, percent: numberIn(percent) }
  if (kind === 'steps')
    return { kind, ...named, steps: steps.map((step) => ({ upTo: numberIn(step.upTo), amount: minor(step.amount) })) }
  return { kind, ...named, amount: minor(amount), ...(included !== '' && { included: Number(included) }) }
}
