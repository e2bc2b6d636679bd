import type { AuditEntry } from '@carillon/client'
import { Badge } from '@mantine/core'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { PageLink } from '../parts/link.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import own from './entry-rows.module.css'
import type { AuditSearch } from './search.ts'
import { inWords } from './sentences.ts'

export function EntryRows({ items, search }: { items: readonly AuditEntry[]; search: AuditSearch }) {
  const { t } = useTranslation()
  return (
    <Table
      label={t('audit.list')}
      columns={[t('audit.who'), t('audit.what'), t('audit.from')]}
      when={t('messages.when')}
      className={own.table}
    >
      {items.map((entry) => (
        <tr key={entry.id}>
          <td className={own.who}>
            <Who actor={entry.actor} search={search} />
          </td>
          <td className={own.what}>
            <div>
              {inWords(entry.act)}
              {entry.outcome === 'refused' && (
                <Badge color="red" variant="light" size="sm" ml={8}>
                  {t('audit.refused')}
                </Badge>
              )}
            </div>
            <Details entry={entry} search={search} />
          </td>
          <td className={own.from} title={entry.userAgent ?? undefined}>
            {entry.ip}
          </td>
          <td className={`${cells.when} ${cells.right}`}>
            <When at={entry.at} />
          </td>
        </tr>
      ))}
    </Table>
  )
}

function Who({ actor: { kind, id, name }, search }: { actor: AuditEntry['actor']; search: AuditSearch }) {
  const { t } = useTranslation()
  return (
    <>
      {id ? (
        <PageLink
          to="/audit"
          search={{ ...search, actor: id }}
          fw={550}
          fz="inherit"
          c="inherit"
          title={t('audit.onlyActor', { name })}
        >
          {name}
        </PageLink>
      ) : (
        <b>{name}</b>
      )}
      <span className={own.kind}>{t(`auditActor.${kind}`)}</span>
    </>
  )
}

/** What it was about, what was changed, and of settings how: from which value to which. */
function Details({ entry: { subjects, details }, search }: { entry: AuditEntry; search: AuditSearch }) {
  const { t } = useTranslation()
  const values = details.values ?? {}
  const said = [
    ...(details.about ? [details.about] : []),
    ...(details.fields ?? []).map((name) => {
      const [before, after] = values[name] ?? []
      if (after === undefined) return name
      return before === null ? `${name}: ${short(after)}` : `${name}: ${short(before)} → ${short(after)}`
    }),
    ...(details.filters ? [t('audit.filteredBy', { names: details.filters.map(filterName).join(', ') })] : []),
    ...(details.count === undefined ? [] : [t('audit.shown', { count: details.count })]),
    ...(details.route ? [details.route] : []),
  ]
  if (said.length === 0 && subjects.length === 0) return null
  return (
    <div className={own.details}>
      {subjects.map((id) => (
        <PageLink
          key={id}
          to="/audit"
          search={{ ...search, subject: id }}
          title={t('audit.onlySubject', { id })}
          className={own.subject ?? ''}
        >
          …{id.slice(-12)}
        </PageLink>
      ))}
      {said.length > 0 && <span>{said.join(' · ')}</span>}
    </div>
  )
}

/** What a list was narrowed by; of one that this page does not know, the field of the API. */
const filterName = (field: string): string =>
  i18next.exists(`auditFilter.${field}`) ? i18next.t(`auditFilter.${field}` as 'auditFilter.status') : field

const LONGEST = 60

function short(value: unknown): string {
  if (value === null) return '–'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
