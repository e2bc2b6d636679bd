import type { Booking, Professional } from '@carillon/client'
import { Button, Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue, useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconUserCheck } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { itemsOf } from '../parts/paged-list.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { useChanged } from './changed.ts'
import { professionalsQuery } from './queries.ts'

const TYPED_MS = 200

/** Gives a mission that is nobody's to somebody of one's choice. */
export function Assign({ booking }: { booking: Booking }) {
  const { t } = useTranslation()
  const [choosing, dialog] = useDisclosure()
  const mayManage = useMay()('bookings.manage')
  if (!mayManage || booking.status !== 'payment_completed') return null
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconUserCheck size={15} aria-hidden />}
        onClick={dialog.open}
      >
        {t('missions.assign')}
      </Button>
      <Dialog opened={choosing} title={t('missions.assignTitle')} onClose={dialog.close}>
        <Form booking={booking} onClose={dialog.close} />
      </Dialog>
    </>
  )
}

function Form({ booking, onClose }: { booking: Booking; onClose(): void }) {
  const { t } = useTranslation()
  const changed = useChanged(booking.id)
  const [chosen, setChosen] = useState<Professional>()
  const [typed, setTyped] = useState('')
  // What was chosen stands in the field; it is not looked for.
  const [search] = useDebouncedValue(typed === chosen?.company ? '' : typed.trim(), TYPED_MS)
  const list = useInfiniteQuery({
    ...professionalsQuery(search ? { search } : {}),
    placeholderData: keepPreviousData,
  })
  const found = itemsOf(list).filter(({ blacklisted }) => !blacklisted)
  const known = chosen && !found.some(({ id }) => id === chosen.id) ? [chosen, ...found] : found
  const assign = useMutation({
    mutationFn: (professionalId: string) => carillon.bookings.assign(booking.id, { professionalId }),
    onSuccess: (now) => {
      changed(now)
      notifications.show({ color: 'green', message: t('missions.assigned') })
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen) assign.mutate(chosen.id)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text fz="sm">{t('missions.assignText')}</Text>
        <Select
          data-autofocus
          label={t('missions.professional')}
          placeholder={t('missions.choose')}
          searchable
          nothingFoundMessage={list.isPending ? undefined : t('missions.noProfessional')}
          maxDropdownHeight={260}
          data={known.map(({ id, company }) => ({ value: id, label: company }))}
          filter={({ options }) => options}
          renderOption={({ option }) => <Option professional={known.find(({ id }) => id === option.value)!} />}
          value={chosen?.id ?? null}
          onChange={(id) => setChosen(known.find((one) => one.id === id))}
          onSearchChange={setTyped}
        />
        {assign.error && <ProblemNotice error={assign.error} />}
        <DialogButtons onBack={onClose}>
          <Button type="submit" disabled={!chosen} loading={assign.isPending}>
            {t('missions.assignConfirm')}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  )
}

/** With the number to call before. */
function Option({ professional: { company, name, phone, available } }: { professional: Professional }) {
  const { t } = useTranslation()
  const more = [name !== company && name, phone, !available && t('professionals.away')].filter(Boolean).join(' · ')
  return (
    <div>
      {company}
      {more && (
        <Text fz="xs" c="dimmed">
          {more}
        </Text>
      )}
    </div>
  )
}
