import { Checkbox, Group } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Choice, ClearFilters, FilterPill, PeriodChoice } from '../parts/filters.tsx'
import { isFiltered } from '../parts/search.ts'
import { type AuditSearch, auditSearch, KINDS } from './search.ts'
import { useSentences } from './sentences.ts'

export function Filters({ search, actorName }: { search: AuditSearch; actorName: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const sentences = useSentences()
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/audit', search: auditSearch({ ...search, ...part }) })

  return (
    <Group gap="sm" mb="md">
      <Choice
        label={t('audit.kind')}
        any={t('audit.anyKind')}
        data={KINDS.map((value) => ({ value, label: t(`audit.kind${value}`) }))}
        value={search.kind}
        onChange={(kind) => change({ kind })}
        width={200}
      />
      <Choice
        label={t('audit.act')}
        any={t('audit.anyAct')}
        data={sentences.map(([value, label]) => ({ value, label }))}
        value={search.act}
        onChange={(act) => change({ act })}
        searchable
        width={280}
      />
      <PeriodChoice value={search.period} onChange={(period) => change({ period })} />
      <Checkbox
        label={t('audit.refusedOnly')}
        checked={search.outcome === 'refused'}
        onChange={(event) => change({ outcome: event.currentTarget.checked ? 'refused' : undefined })}
      />
      {search.actor && (
        <FilterPill
          label={t('audit.actorFilter', { name: actorName ?? search.actor.slice(-8) })}
          onRemove={() => change({ actor: undefined })}
        />
      )}
      {search.subject && (
        <FilterPill
          label={t('audit.subjectFilter', { id: search.subject.slice(-12) })}
          onRemove={() => change({ subject: undefined })}
        />
      )}
      {isFiltered(search) && <ClearFilters onClear={() => void navigate({ to: '/audit', search: {} })} />}
    </Group>
  )
}
