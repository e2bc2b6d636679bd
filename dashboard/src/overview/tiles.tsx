import type { StatCosts, StatCounts } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { useAmount } from '../parts/money.ts'
import { useNumber, usePercent } from '../parts/number.ts'
import { durationText } from '../parts/time.ts'
import classes from './overview.module.css'

/** The server tells bounds up to five minutes; what took longer has none. */
const LONGEST_BOUND_MS = 300_000

/** The bound within which a part of what was sent left. */
export function useBound(): (seconds: number | null, sent: number) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return (seconds, sent) => {
    if (seconds !== null) return t('overview.within', { time: durationText(seconds * 1000, format) })
    return sent === 0 ? '–' : t('overview.longer', { time: durationText(LONGEST_BOUND_MS, format) })
  }
}

/** What became of a period's messages, in a few numbers. */
export function Tiles({ total, unpriced }: { total: StatCounts; unpriced: StatCosts['unpriced'] | undefined }) {
  const { t } = useTranslation()
  const percent = usePercent()
  const bound = useBound()
  const amount = useAmount()
  const number = useNumber()
  const { rates, latency, costs, machineOpened, machineClicked, complained } = total
  const machines = (count: number) => (count > 0 ? t('overview.machines', { count }) : undefined)

  const tiles: { name: string; value: string; notes: (string | undefined)[] }[] = [
    {
      name: t('overview.sent'),
      value: number(total.sent),
      notes: [t('overview.ofAccepted', { count: total.accepted })],
    },
    { name: t('overview.delivered'), value: percent(rates.delivered), notes: [number(total.delivered)] },
    {
      name: t('overview.opened'),
      value: percent(rates.opened),
      notes: [number(total.opened), machines(machineOpened)],
    },
    {
      name: t('overview.clicked'),
      value: percent(rates.clicked),
      notes: [number(total.clicked), machines(machineClicked)],
    },
    {
      name: t('overview.bounced'),
      value: percent(rates.bounced),
      notes: [number(total.bounced), complained > 0 ? t('overview.complained', { count: complained }) : undefined],
    },
    { name: t('overview.failed'), value: percent(rates.failed), notes: [number(total.failed)] },
    {
      name: t('overview.latency'),
      value: bound(latency.p50Seconds, total.sent),
      notes:
        total.sent > 0
          ? [t('overview.median'), t('overview.p95', { time: bound(latency.p95Seconds, total.sent) })]
          : [],
    },
    {
      name: t('overview.costs'),
      value: costs.map(({ currency, micros }) => amount(micros, currency)).join(' + ') || t('overview.noCosts'),
      notes: [unpriced ? t('overview.unpriced', { count: unpriced }) : undefined],
    },
  ]
  return (
    <dl className={classes.tiles} aria-label={t('overview.tiles')}>
      {tiles.map(({ name, value, notes }) => (
        <div key={name} className={classes.tile}>
          <dt>{name}</dt>
          <dd>
            <b>{value}</b>
            <small>{notes.filter(Boolean).join(' · ')}</small>
          </dd>
        </div>
      ))}
    </dl>
  )
}
