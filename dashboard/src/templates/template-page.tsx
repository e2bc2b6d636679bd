import { Skeleton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { BackLink } from '../parts/back.tsx'
import { eventName } from '../parts/event-name.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import type { Channel } from '../vocabulary.ts'
import { Editor } from './editor.tsx'
import { templateQuery } from './queries.ts'

const route = getRouteApi('/inside/templates/$key/$channel/$locale')

/** One template in one language: written, tried, published, and what became of it. */
export function TemplatePage() {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  const queryClient = useQueryClient()
  const { key, channel, locale } = route.useParams()
  const ref = { key, channel: channel as Channel, locale }
  const { data, error, isPending, refetch } = useQuery(templateQuery(ref))
  /** The editor begins anew when other words are to be shown than those being written. */
  const [beginning, setBeginning] = useState(0)
  const lookAgain = async () => {
    await Promise.all(
      ['template', 'templates', 'template-versions', 'template-diff'].map((name) =>
        queryClient.invalidateQueries({ queryKey: [name] }),
      ),
    )
  }
  return (
    <Page
      wide
      title={data ? eventName(data.type) : key}
      intro={`${t(`channel.${ref.channel}`)} · ${languageName(locale)} · ${key}`}
      back={<BackLink to="/templates">{t('templates.title')}</BackLink>}
    >
      {error && <ProblemNotice error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={420} aria-label={t('app.loading')} />}
      {data && (
        <Editor
          key={`${key} ${channel} ${locale} ${beginning}`}
          template={data}
          onSaved={lookAgain}
          onOther={() => void lookAgain().then(() => setBeginning((n) => n + 1))}
        />
      )}
    </Page>
  )
}
