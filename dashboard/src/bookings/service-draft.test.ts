import type { ServiceType } from '@carillon/client'
import { expect, test } from 'vitest'
import { draftOf, newRule, serviceOf } from './service-draft.ts'

const label = { fr: 'Volume', en: 'Volume' }
const service: ServiceType = {
  id: '1',
  key: 'moving',
  label: { fr: 'Déménagement', en: 'Moving' },
  pricing: {
    rules: [
      { kind: 'base', label, amount: 20_000 },
      { kind: 'per_unit', label, input: 'volume', amount: 1_899, included: 2 },
      { kind: 'per_unit', label, input: 'floors', amount: 1 },
      { kind: 'steps', label, input: 'distance', steps: [{ upTo: 50, amount: 10_050 }] },
      { kind: 'option', label, input: 'packing', amount: 9_000 },
      { kind: 'surcharge', label, input: 'sunday', percent: 12.5 },
    ],
    minimum: 30_000,
    insurance: { percent: 5, minimum: 1_500 },
  },
  responsibleIds: ['2'],
  professionalShare: 60,
  vatRate: 0,
  vatExemption: { code: 'VATEX-EU-132-1I', reason: { fr: 'Enseignement', en: 'Teaching' } },
  enabled: false,
  createdAt: '',
  updatedAt: '',
}

test('a service goes through the form unchanged, to the cent', () => {
  const { id, key, createdAt, updatedAt, ...rest } = service
  expect(serviceOf(draftOf(service, 100), 100)).toEqual(rest)
})

test('what was left empty is nothing, for the server to refuse', () => {
  const empty = draftOf(undefined, 100)
  expect(serviceOf({ ...empty, rules: [newRule('surcharge')] }, 100)).toEqual({
    label: { fr: '', en: '' },
    pricing: { rules: [{ kind: 'surcharge', label: { fr: '', en: '' }, input: '', percent: 0 }] },
    responsibleIds: [],
    professionalShare: null,
    vatRate: null,
    vatExemption: null,
    enabled: true,
  })
})
