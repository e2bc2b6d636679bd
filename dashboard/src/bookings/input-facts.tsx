import type { Booking } from '@carillon/client'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Fact } from '../parts/facts.tsx'
import { useMay } from '../session/session.ts'
import { serviceTypesQuery } from './queries.ts'
import { useLabel } from './service-name.ts'

/** What was ordered: each input by the words of the rule that asks for it, by its name where that is gone. */
export function InputFacts({ service, inputs }: Pick<Booking, 'service' | 'inputs'>) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const services = useQuery({ ...serviceTypesQuery, enabled: useMay()('settings.read') }).data?.items
  const rules = services?.find(({ key }) => key === service)?.pricing.rules ?? []
  const nameOf = (input: string) => {
    const rule = rules.find((one) => 'input' in one && one.input === input)
    return rule ? labelOf(rule.label) : input
  }
  return Object.entries(inputs)
    .filter(([, value]) => value !== false)
    .map(([input, value]) => (
      <Fact key={input} name={nameOf(input)}>
        {value === true ? t('bookings.yes') : value}
      </Fact>
    ))
}
