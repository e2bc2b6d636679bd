import type { Quote } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { useMoney } from '../parts/money.ts'
import classes from './bookings.module.css'

/** How a price comes about, line by line. */
export function PriceLines({ price }: { price: Pick<Quote, 'amount' | 'currency' | 'lines'> }) {
  const { t } = useTranslation()
  const money = useMoney()
  return (
    <table className={classes.price} aria-label={t('quotes.price')}>
      <tbody>
        {price.lines.map(({ label, amount }) => (
          <tr key={label}>
            <td>{label}</td>
            <td>{money(amount, price.currency)}</td>
          </tr>
        ))}
        <tr className={classes.total ?? ''}>
          <td>{t('quotes.total')}</td>
          <td>{money(price.amount, price.currency)}</td>
        </tr>
      </tbody>
    </table>
  )
}
