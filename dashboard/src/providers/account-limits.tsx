import type { Limits } from '@carillon/client'
import { Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { Fact } from '../parts/facts.tsx'
import { useNumber } from '../parts/number.ts'
import { durationText } from '../parts/time.ts'

/** What an account may send, what of it is used, and when that is whole again. */
export function AccountLimits({ limits }: { limits: Limits['accounts'][number] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const number = useNumber()
  const { perSecond, perDay } = limits
  return (
    <>
      {perSecond && (
        <Fact name={t('providers.pace')}>{t('providers.perSecond', { rate: number(perSecond.rate) })}</Fact>
      )}
      {perDay && (
        <Fact name={t('providers.quota')}>
          {t('providers.perDay', { used: number(perDay.used), most: number(perDay.limit) })}
          {perDay.used > 0 && ` · ${t('providers.whole', { time: durationText(perDay.resetSeconds * 1000, format) })}`}
          <Progress
            size="sm"
            value={(100 * perDay.used) / perDay.limit}
            color={perDay.remaining === 0 ? 'red' : 'petrol'}
            aria-label={t('providers.dayUsed')}
            mt={4}
            maw={420}
          />
        </Fact>
      )}
    </>
  )
}
