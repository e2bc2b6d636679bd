import type { StatChannels } from '@carillon/client'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { useAmount } from '../parts/money.ts'
import { useNumber, usePercent } from '../parts/number.ts'
import { Panel } from '../parts/panel.tsx'
import { CHANNELS } from '../vocabulary.ts'
import classes from './overview.module.css'
import { useBound } from './tiles.tsx'

const RATES = ['delivered', 'opened', 'clicked', 'bounced', 'failed'] as const

/** How each channel does. */
export function ChannelTable({ items }: { items: StatChannels['items'] }) {
  const { t } = useTranslation()
  const number = useNumber()
  const percent = usePercent()
  const bound = useBound()
  const amount = useAmount()
  const known = CHANNELS.flatMap((channel) => items.filter((item) => item.channel === channel))
  const title = t('overview.channels')
  return (
    <Panel title={title} flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={classes.scroll} tabIndex={0} aria-label={title}>
        <table className={classes.table} aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t('overview.channel')}</th>
              {(['sent', ...RATES, 'latency', 'costs'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(`overview.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {known.map((item) => (
              <tr key={item.channel}>
                <th scope="row">
                  <ChannelName channel={item.channel} />
                </th>
                <td>{number(item.sent)}</td>
                {RATES.map((name) => (
                  <td key={name} data-bad={name === 'failed' && item.failed > 0 ? '' : undefined}>
                    {percent(item.rates[name])}
                  </td>
                ))}
                <td>{bound(item.latency.p50Seconds, item.sent)}</td>
                <td>{item.costs.map(({ micros, currency }) => amount(micros, currency)).join(' + ') || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  )
}
