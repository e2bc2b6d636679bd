import { Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Fact, Facts } from '../parts/facts.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { CHANNELS } from '../vocabulary.ts'
import { preferencesQuery } from './queries.ts'

const CATEGORIES = ['mkt', 'rem'] as const

/** What they chose for themselves; what they left to the organization is not listed. */
export function Preferences({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(preferencesQuery(contactId))
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (isPending || !data) return <Skeleton h={60} />
  const chosen = CATEGORIES.flatMap((category) =>
    CHANNELS.flatMap((channel) => {
      const wanted = data.channels[category][channel]
      return wanted === null ? [] : [{ category, channel, wanted }]
    }),
  )
  if (!data.optedOut && data.measured && chosen.length === 0)
    return (
      <Text fz="sm" c="dimmed">
        {t('contacts.noPreferences')}
      </Text>
    )
  return (
    <>
      {data.optedOut && <Text fz="sm">{t('contacts.optedOut')}</Text>}
      {!data.measured && <Text fz="sm">{t('contacts.notMeasured')}</Text>}
      <Facts>
        {chosen.map(({ category, channel, wanted }) => (
          <Fact key={category + channel} name={`${t(`news.${category}`)}, ${t(`channel.${channel}`)}`}>
            {t(wanted ? 'contacts.yes' : 'contacts.no')}
          </Fact>
        ))}
      </Facts>
    </>
  )
}
