import type { TemplateItem } from '@carillon/client'
import { Group } from '@mantine/core'
import { IconTemplate } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { ChannelName } from '../parts/channel.tsx'
import { Empty } from '../parts/empty.tsx'
import { ChannelChoice, Choice, SearchField } from '../parts/filters.tsx'
import { ButtonLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { templatesQuery } from '../queries.ts'
import type { Audience } from '../vocabulary.ts'
import { STATES, templateFilter, templateSearch } from './search.ts'
import { TemplateState } from './state.tsx'

const route = getRouteApi('/inside/templates')
const LANGUAGES = ['fr', 'en'] as const

/** Every template in every language: whose words are live, found by event, channel, language and state. */
export function TemplateList() {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = useNavigate()
  const languageName = useLanguageName()
  const list = useInfiniteQuery({ ...templatesQuery(templateFilter(search)), placeholderData: keepPreviousData })
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/templates', search: templateSearch({ ...search, ...part }), replace: true })
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
      <PagedList
        list={list}
        counted
        waiting={<WaitingRows count={8} height={56} />}
        empty={<Empty icon={IconTemplate} title={t('templates.none')} text={t('messages.noneText')} />}
      >
        {(items) => <Rows items={items} />}
      </PagedList>
    </Page>
  )
}

function Rows({ items }: { items: readonly TemplateItem[] }) {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  return (
    <Table
      label={t('templates.title')}
      columns={[t('templates.event'), t('messages.channel'), t('message.language'), t('templates.state')]}
      when={t('templates.published')}
    >
      {items.map((item) => {
        const { key, channel, locale, audiences, live } = item
        return (
          <tr key={`${key} ${channel} ${locale}`}>
            <td className={cells.recipient}>
              <Link to="/templates/$key/$channel/$locale" params={{ key, channel, locale }} className={cells.link}>
                {item.type}
              </Link>
              <span className={cells.address}>
                {audiences.map((audience) => t(`audience.${audience as Audience}`)).join(', ')}
              </span>
            </td>
            <td className={cells.channel}>
              <ChannelName channel={channel} />
            </td>
            <td className={cells.type} style={{ fontFamily: 'inherit' }}>
              {languageName(locale)}
            </td>
            <td className={cells.status}>
              <TemplateState template={item} />
            </td>
            <td className={`${cells.when} ${cells.right}`}>{live && <When at={live.publishedAt} />}</td>
          </tr>
        )
      })}
    </Table>
  )
}
