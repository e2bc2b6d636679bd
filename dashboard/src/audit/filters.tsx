import { Button, Checkbox, Group, Pill, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { isFiltered, PERIODS, type Period } from '../messages/search.ts'
import { type AuditSearch, auditSearch } from './search.ts'
import { useSentences } from './sentences.ts'

export function Filters({ search, actorName }: { search: AuditSearch; actorName: string | undefined }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const sentences = useSentences()
  const change = (part: Record<string, unknown>) =>
    void navigate({ to: '/audit', search: auditSearch({ ...search, ...part }) })

  return (
    <Group gap="sm" mb="md">
      <Select
        aria-label={t('audit.kind')}
        placeholder={t('audit.anyKind')}
        data={(['change', 'look'] as const).map((value) => ({ value, label: t(`audit.kind${value}`) }))}
        value={search.kind ?? null}
        onChange={(kind) => change({ kind })}
        clearable
        w={{ base: 'calc(50% - 6px)', xs: 200 }}
      />
      <Select
        aria-label={t('audit.act')}
        placeholder={t('audit.anyAct')}
        data={sentences.map(([value, label]) => ({ value, label }))}
        value={search.act ?? null}
        onChange={(act) => change({ act })}
        searchable
        clearable
        w={{ base: 'calc(50% - 6px)', xs: 280 }}
      />
      <Select
        aria-label={t('messages.period')}
        placeholder={t('messages.periodAny')}
        data={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(`messages.period${value}`) }))}
        value={search.period ?? null}
        onChange={(period) => change({ period })}
        clearable
        w={{ base: 'calc(50% - 6px)', xs: 180 }}
      />
      <Checkbox
        label={t('audit.refusedOnly')}
        checked={search.outcome === 'refused'}
        onChange={(event) => change({ outcome: event.currentTarget.checked ? 'refused' : undefined })}
      />
      {(['actor', 'subject'] as const).map(
        (what) =>
          search[what] && (
            <Pill
              key={what}
              size="md"
              withRemoveButton
              onRemove={() => change({ [what]: undefined })}
              removeButtonProps={{ 'aria-label': t('messages.removeFilter') }}
            >
              {what === 'actor'
                ? t('audit.actorFilter', { name: actorName ?? search.actor?.slice(-8) })
                : t('audit.subjectFilter', { id: search.subject?.slice(-12) })}
            </Pill>
          ),
      )}
      {isFiltered(search) && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => void navigate({ to: '/audit', search: {} })}
        >
          {t('messages.clear')}
        </Button>
      )}
    </Group>
  )
}
