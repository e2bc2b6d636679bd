import type { StatOverview } from '@carillon/client'
import { SegmentedControl, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { useNumber } from '../parts/number.ts'
import { Panel } from '../parts/panel.tsx'
import classes from './overview.module.css'
import { type Bar, barsOf, scaleOf } from './period.ts'

const PARTS = ['lost', 'underWay', 'arrived'] as const
const amountOf = (bar: Bar, part: (typeof PARTS)[number]) => (part === 'arrived' ? bar.delivered : bar[part])
const heightOf = (bar: Bar) => bar.delivered + bar.underWay + bar.lost
const sum = (bars: readonly Bar[], of: (bar: Bar) => number) => bars.reduce((total, bar) => total + of(bar), 0)

/** What left, day by day or hour by hour: as bars, or as a table that says the same and more. */
export function Chart({ overview }: { overview: StatOverview }) {
  const { t } = useTranslation()
  const [view, setView] = useState<'chart' | 'table'>('chart')
  const title = t(overview.interval === 'day' ? 'overview.byDay' : 'overview.byHour')
  const bars = barsOf(overview)
  const name = useName(overview)
  return (
    <Panel title={title}>
      <div className={classes.above}>
        <ul className={classes.legend}>
          {PARTS.toReversed().map((part) => (
            <li key={part} data-part={part}>
              {t(`overview.${part}`)}
            </li>
          ))}
        </ul>
        <SegmentedControl
          size="xs"
          aria-label={title}
          value={view}
          onChange={(value) => setView(value as typeof view)}
          data={[
            { value: 'chart', label: t('overview.asChart') },
            { value: 'table', label: t('overview.asTable') },
          ]}
        />
      </div>
      {view === 'chart' ? <Bars bars={bars} name={name} /> : <Table bars={bars} name={name} title={title} />}
    </Panel>
  )
}

type Name = (at: Date, long?: boolean) => string

function useName({ interval, timeZone }: StatOverview): Name {
  const format = useFormat()
  return (at, long) =>
    new Intl.DateTimeFormat(format, {
      timeZone,
      ...(interval === 'hour'
        ? { hour: '2-digit', minute: '2-digit' }
        : { day: 'numeric', month: 'short', ...(long && { weekday: 'short' }) }),
    }).format(at)
}

function Bars({ bars, name }: { bars: readonly Bar[]; name: Name }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = (value: number) => new Intl.NumberFormat(format, { notation: 'compact' }).format(value)
  const scale = scaleOf(Math.max(...bars.map(heightOf)))
  const labelEvery = Math.ceil(bars.length / 5)
  const sums = {
    delivered: sum(bars, (bar) => bar.delivered),
    underWay: sum(bars, (bar) => bar.underWay),
    lost: sum(bars, (bar) => bar.lost),
  }
  return (
    <div
      className={classes.chart}
      role="img"
      aria-label={t('overview.chart', { from: name(bars[0]!.at), to: name(bars.at(-1)!.at), ...sums })}
    >
      <div className={classes.scale} aria-hidden>
        {[scale, scale / 2, 0].map((value) => (
          <span key={value}>{number(value)}</span>
        ))}
      </div>
      <div className={classes.bars} aria-hidden>
        {bars.map((bar) => (
          <Tooltip
            key={bar.at.getTime()}
            label={
              <>
                <b>{name(bar.at, true)}</b>
                {PARTS.toReversed().map((part) => (
                  <div key={part}>{t('table.of', { label: t(`overview.${part}`), value: amountOf(bar, part) })}</div>
                ))}
              </>
            }
          >
            <div className={classes.column}>
              {PARTS.filter((part) => amountOf(bar, part) > 0).map((part) => (
                <i key={part} data-part={part} style={{ height: `${(amountOf(bar, part) / scale) * 100}%` }} />
              ))}
            </div>
          </Tooltip>
        ))}
      </div>
      <div className={classes.times} aria-hidden>
        {bars.map((bar, index) => (
          <span key={bar.at.getTime()}>{index % labelEvery === 0 && <b>{name(bar.at)}</b>}</span>
        ))}
      </div>
    </div>
  )
}

function Table({ bars, name, title }: { bars: readonly Bar[]; name: Name; title: string }) {
  const { t } = useTranslation()
  const number = useNumber()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section className={classes.scroll} tabIndex={0} aria-label={title}>
      <table className={classes.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{t('overview.when')}</th>
            {(['arrived', 'underWay', 'lost', 'opened', 'clicked'] as const).map((column) => (
              <th key={column} scope="col">
                {t(`overview.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.toReversed().map((bar) => (
            <tr key={bar.at.getTime()}>
              <th scope="row">{name(bar.at, true)}</th>
              <td>{number(bar.delivered)}</td>
              <td>{number(bar.underWay)}</td>
              <td>{number(bar.lost)}</td>
              <td>{number(bar.opened)}</td>
              <td>{number(bar.clicked)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
