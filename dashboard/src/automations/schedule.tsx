import { type Automation, CarillonError } from '@carillon/client'
import { Button, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { useFormat } from '../language.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { longTime } from '../parts/time.ts'
import { useMay } from '../session/session.ts'
import { automationsQuery } from './queries.ts'

type Schedule = NonNullable<Automation['schedule']>

/** When an automation runs next, and changing that. */
export function When({ name, schedule }: { name: string; schedule: Schedule }) {
  const { t } = useTranslation()
  const may = useMay()
  const format = useFormat()
  const [opened, dialog] = useDisclosure()
  const says = schedule.nextRunAt
    ? t('automations.next', { time: longTime(new Date(schedule.nextRunAt), format, schedule.timeZone) })
    : t('automations.off')
  if (!may('settings.manage')) return <Text fz="sm">{says}</Text>
  return (
    <>
      <Button variant="subtle" size="compact-sm" onClick={dialog.open}>
        {says}
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title={t('automations.scheduleTitle')}>
        {opened && <Form name={name} schedule={schedule} onClose={dialog.close} />}
      </Dialog>
    </>
  )
}

function Form({ name, schedule, onClose }: { name: string; schedule: Schedule; onClose(): void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const { byDefault } = schedule
  const [enabled, setEnabled] = useState(schedule.enabled)
  const [cron, setCron] = useState(schedule.cron)
  const [timeZone, setTimeZone] = useState(schedule.timeZone)
  const own = (value: string, usual: string) => (value.trim() === '' || value.trim() === usual ? null : value.trim())
  const save = useMutation({
    mutationFn: () =>
      carillon.automations.update(name, {
        enabled,
        cron: own(cron, byDefault.cron),
        timeZone: own(timeZone, byDefault.timeZone),
      }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: automationsQuery.queryKey })
      onClose()
    },
  })
  const wrong = (path: string) =>
    save.error instanceof CarillonError ? save.error.errors.find((one) => one.path === path)?.message : undefined
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Switch
          label={t('automations.enabled')}
          checked={enabled}
          onChange={(event) => setEnabled(event.currentTarget.checked)}
        />
        <TextInput
          label={t('automations.cron')}
          description={t('automations.cronHint', { cron: byDefault.cron })}
          ff="monospace"
          maxLength={100}
          value={cron}
          error={wrong('cron')}
          onChange={(event) => setCron(event.currentTarget.value)}
        />
        <TextInput
          label={t('automations.zone')}
          description={t('automations.zoneHint', { zone: byDefault.timeZone })}
          maxLength={64}
          value={timeZone}
          error={wrong('timeZone')}
          onChange={(event) => setTimeZone(event.currentTarget.value)}
        />
        {save.error && !wrong('cron') && !wrong('timeZone') && <ProblemNotice error={save.error} />}
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button type="submit" loading={save.isPending}>
          {t('automations.save')}
        </Button>
      </DialogButtons>
    </form>
  )
}
