import { Group, Text } from '@mantine/core'
import { IconTemplate } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { Empty } from '../parts/empty.tsx'
import { eventName } from '../parts/event-name.ts'
import { ChannelChoice, Choice, SearchField } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { WaitingRows } from '../parts/paged-list.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { groupsOf } from './groups.ts'
import { templatesQuery } from './queries.ts'
import { PACKS, STATES, templateFilter, templateSearch } from './search.ts'
import { TemplateGroups } from './template-groups.tsx'

const route = getRouteApi('/inside/templates')
const LANGUAGES = ['fr', 'en'] as const

/** Every event with its templates: whose words are live, found by event, pack, channel, language and state. */
export function TemplateList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const languageName = useLanguageName()
  const list = useQuery({ ...templatesQuery(templateFilter(search)), placeholderData: keepPreviousData })
  const wanted = (search.search ?? '').toLowerCase()
  const groups = groupsOf(list.data ?? [])
    .filter(({ type, items }) =>
      [eventName(type), type, ...items.map(({ key }) => key)].some((name) => name.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => eventName(a.type).localeCompare(eventName(b.type)))
  const change = (part: Record<string, unknown>) =>
    void navigate({
      to: '/templates',
      search: templateSearch({ ...search, ...part }),
      replace: true,
      resetScroll: false,
    })
  const languages = [...new Set([...LANGUAGES, ...(search.locale ? [search.locale] : [])])]

  return (
    <Page
      title={t('templates.title')}
      intro={t('templates.intro')}
      actions={
        <ButtonLink to="/catalogue" variant="default">
          {t('catalogue.title')}
        </ButtonLink>
      }
    >
      <Group gap="sm" my="md">
        <SearchField
          label={t('templates.search')}
          value={search.search}
          onSearch={(typed) => change({ search: typed })}
          w={{ base: '100%', xs: 260 }}
        />
        <Choice
          label={t('templates.pack')}
          any={t('templates.anyPack')}
          data={PACKS.map((value) => ({ value, label: t(`pack.${value}`) }))}
          value={search.pack}
          onChange={(pack) => change({ pack })}
          width={190}
        />
        <ChannelChoice value={search.channel} onChange={(channel) => change({ channel })} />
        <Choice
          label={t('message.language')}
          any={t('templates.anyLanguage')}
          data={languages.map((value) => ({ value, label: languageName(value) }))}
          value={search.locale}
          onChange={(locale) => change({ locale })}
          width={170}
        />
        <Choice
          label={t('templates.state')}
          any={t('templates.anyState')}
          data={STATES.map((value) => ({ value, label: t(`templateState.${value}`) }))}
          value={search.state}
          onChange={(state) => change({ state })}
          width={210}
        />
      </Group>
      {list.error && <ProblemNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <WaitingRows count={10} height={52} />}
      {list.data && groups.length === 0 && (
        <Empty icon={IconTemplate} title={t('templates.none')} text={t('messages.noneText')} />
      )}
      {groups.length > 0 && (
        <div style={{ opacity: list.isPlaceholderData ? 0.55 : 1 }} aria-busy={list.isPlaceholderData}>
          <TemplateGroups
            groups={groups}
            // What was searched for and found alone needs no click.
            open={search.open ?? (groups.length === 1 ? groups[0]!.type : undefined)}
            onOpen={(open) => change({ open })}
          />
          <Text fz="sm" c="dimmed" ta="center" mt="md">
            {t('templates.events', { count: groups.length })}
          </Text>
        </div>
      )}
    </Page>
  )
}
