import type { Quote } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { Fact } from '../parts/facts.tsx'
import classes from './bookings.module.css'

/** Whom the invoice is for, where that is not the client at the place of work. */
export function BilledTo({ customer: { company, billingAddress } }: Pick<Quote, 'customer'>) {
  const { t } = useTranslation()
  if (!company && !billingAddress) return null
  return (
    <Fact name={t('billing.to')}>
      {company?.name}
      {[company?.siren ?? company?.registration, company?.vatId].filter(Boolean).map((one) => (
        <div key={one} className={classes.second}>
          {one}
        </div>
      ))}
      {billingAddress && (
        <div>
          {billingAddress.line}, {billingAddress.postalCode} {billingAddress.city} ({billingAddress.country})
        </div>
      )}
    </Fact>
  )
}
