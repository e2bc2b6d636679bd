import type { Segment } from '@carillon/client'
import { ActionIcon, Button, Group, NumberInput, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { IconTrash, IconUsersGroup } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { BackLink } from '../parts/back.tsx'
import { Confirm, Dialog, DialogButtons } from '../parts/dialog.tsx'
import { Empty } from '../parts/empty.tsx'
import { useNumber } from '../parts/number.ts'
import { Page } from '../parts/page.tsx'
import { PagedList, WaitingRows } from '../parts/paged-list.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { type Draft, EMPTY, filterOf, isWhole, KINDS, type Kind, OPERATORS } from './conditions.ts'
import { segmentPreviewQuery, segmentQuery, segmentsQuery } from './queries.ts'

/** Whom campaigns are for: filters and lists. */
export function SegmentList() {
  const { t } = useTranslation()
  const may = useMay()
  const [making, dialog] = useDisclosure()
  const list = useInfiniteQuery(segmentsQuery)
  return (
    <Page
      title={t('segments.title')}
      intro={t('segments.intro')}
      back={<BackLink to="/campaigns">{t('campaigns.title')}</BackLink>}
      actions={may('campaigns.manage') && <Button onClick={dialog.open}>{t('segments.new')}</Button>}
    >
      <PagedList
        list={list}
        waiting={<WaitingRows count={5} height={56} />}
        empty={<Empty icon={IconUsersGroup} title={t('segments.empty')} text={t('segments.emptyText')} />}
      >
        {(items) => <Rows items={items} />}
      </PagedList>
      <Dialog opened={making} onClose={dialog.close} title={t('segments.new')} size="lg">
        <NewSegment onDone={dialog.close} />
      </Dialog>
    </Page>
  )
}

function Rows({ items }: { items: readonly Segment[] }) {
  const { t } = useTranslation()
  const may = useMay()
  const queryClient = useQueryClient()
  const [asked, ask] = useState<Segment>()
  const close = () => ask(undefined)
  const remove = useMutation({
    mutationFn: (id: string) => carillon.segments.remove(id),
    onError: toastProblem,
    onSettled: () => {
      close()
      void queryClient.invalidateQueries({ queryKey: ['segments'] })
    },
  })
  return (
    <>
      <Table
        label={t('segments.title')}
        columns={[t('segments.name'), t('segments.kind'), t('segments.contacts')]}
        when={t('segments.changed')}
        actions={t('segments.remove')}
      >
        {items.map((segment) => {
          const { id, name, isList, updatedAt } = segment
          return (
            <tr key={id}>
              <td className={cells.recipient}>{name}</td>
              <td className={cells.type}>{t(isList ? 'segments.list' : 'segments.filter')}</td>
              <td className={cells.status}>
                <CountWhenAsked id={id} name={name} />
              </td>
              <td className={`${cells.when} ${cells.right}`}>
                <When at={updatedAt} />
              </td>
              <td className={cells.right}>
                {may('campaigns.manage') && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('segments.removeOf', { name })}
                    onClick={() => ask(segment)}
                  >
                    <IconTrash size={17} aria-hidden />
                  </ActionIcon>
                )}
              </td>
            </tr>
          )
        })}
      </Table>
      <Confirm
        opened={asked !== undefined}
        title={t('segments.removeTitle', { name: asked?.name })}
        text={t('segments.removeText')}
        confirm={t('segments.remove')}
        risky
        pending={remove.isPending}
        onClose={close}
        onConfirm={() => asked && remove.mutate(asked.id)}
      />
    </>
  )
}

/** Counting reads every contact, so not all of them at once. */
function CountWhenAsked({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation()
  const [asked, ask] = useDisclosure()
  if (asked) return <Count id={id} />
  return (
    <Button size="compact-xs" variant="default" aria-label={t('segments.countOf', { name })} onClick={ask.open}>
      {t('segments.countIt')}
    </Button>
  )
}

export function Count({ id }: { id: string }) {
  const { t } = useTranslation()
  const number = useNumber()
  const { data } = useQuery(segmentQuery(id))
  return <>{data ? t('segments.count', { count: data.count, shown: number(data.count) }) : '…'}</>
}

const TYPED_MS = 300

function NewSegment({ onDone }: { onDone(): void }) {
  const { t } = useTranslation()
  const number = useNumber()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [drafts, setDrafts] = useState<readonly Draft[]>([EMPTY])
  const whole = drafts.every(isWhole)
  const filter = filterOf(drafts.filter(isWhole))
  const [typed] = useDebouncedValue(drafts, TYPED_MS)
  const preview = useQuery({
    ...segmentPreviewQuery(filterOf(typed.filter(isWhole))),
    placeholderData: keepPreviousData,
    enabled: whole && typed.every(isWhole),
  })
  const save = useMutation({
    mutationFn: () => carillon.segments.create({ name, filter }),
    onSuccess: onDone,
    onError: toastProblem,
    onSettled: () => void queryClient.invalidateQueries({ queryKey: ['segments'] }),
  })
  const change = (index: number, draft: Draft) => setDrafts(drafts.map((one, at) => (at === index ? draft : one)))
  return (
    <Stack gap="md">
      <TextInput
        label={t('segments.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        required
        data-autofocus
      />
      <Stack gap="xs">
        <Text fz="sm" fw={500}>
          {t('segments.all')}
        </Text>
        {drafts.map((draft, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names
          <Group key={index} gap="xs" align="flex-start" wrap="nowrap">
            <ConditionFields draft={draft} onChange={(changed) => change(index, changed)} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('segments.less')}
              disabled={drafts.length === 1}
              onClick={() => setDrafts(drafts.filter((_, at) => at !== index))}
            >
              <IconTrash size={17} aria-hidden />
            </ActionIcon>
          </Group>
        ))}
        <Group>
          <Button variant="default" size="xs" onClick={() => setDrafts([...drafts, EMPTY])}>
            {t('segments.more')}
          </Button>
        </Group>
      </Stack>
      {preview.error && <ProblemNotice error={preview.error} />}
      {preview.data && whole && (
        <Text fz="sm" role="status">
          {t('segments.finds', { count: preview.data.count, shown: number(preview.data.count) })}
        </Text>
      )}
      <DialogButtons onBack={onDone}>
        <Button loading={save.isPending} disabled={name.trim() === '' || !whole} onClick={() => save.mutate()}>
          {t('segments.save')}
        </Button>
      </DialogButtons>
    </Stack>
  )
}

function ConditionFields({ draft, onChange }: { draft: Draft; onChange(draft: Draft): void }) {
  const { t } = useTranslation()
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part })
  const compares = draft.kind === 'attribute' || draft.kind === 'locale' || draft.kind === 'name'
  const days = draft.kind === 'opened' || draft.kind === 'clicked' || draft.kind === 'sent' || draft.kind === 'added'
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, sm: draft.kind === 'attribute' ? 4 : 3 }} spacing="xs" style={{ flex: 1 }}>
      <Select
        aria-label={t('segments.condition')}
        allowDeselect={false}
        value={draft.kind}
        onChange={(value) => value && onChange({ ...EMPTY, kind: value as Kind })}
        data={KINDS.map((value) => ({ value, label: t(`segmentKind.${value}`) }))}
      />
      {draft.kind === 'attribute' && (
        <TextInput
          aria-label={t('segments.attribute')}
          placeholder={t('segments.attribute')}
          value={draft.attribute}
          onChange={(event) => set({ attribute: event.currentTarget.value })}
        />
      )}
      {compares && (
        <Select
          aria-label={t('segments.comparison')}
          allowDeselect={false}
          value={draft.operator}
          onChange={(value) => value && set({ operator: value as Draft['operator'] })}
          data={OPERATORS.map((value) => ({ value, label: t(`segmentOperator.${value}`) }))}
        />
      )}
      {compares && draft.operator !== 'exists' && draft.operator !== 'missing' && (
        <TextInput
          aria-label={t('segments.value')}
          placeholder={t('segments.value')}
          value={draft.value}
          onChange={(event) => set({ value: event.currentTarget.value })}
        />
      )}
      {!compares && (
        <Select
          aria-label={t('segments.yesNo')}
          allowDeselect={false}
          value={String(draft.is)}
          onChange={(value) => set({ is: value === 'true' })}
          data={[
            { value: 'true', label: t('segments.yes') },
            { value: 'false', label: t('segments.no') },
          ]}
        />
      )}
      {days && (
        <NumberInput
          aria-label={t('segments.days')}
          suffix={` ${t('segments.daysUnit')}`}
          min={1}
          max={730}
          value={draft.days}
          onChange={(value) => set({ days: Number(value) || 1 })}
        />
      )}
    </SimpleGrid>
  )
}
