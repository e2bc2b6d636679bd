import type { Contact } from '@carillon/client'
import { Button, NativeSelect, Stack, Textarea } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { ProblemNotice } from '../parts/problem.tsx'

const SOURCES = ['in_person', 'phone', 'paper', 'form', 'other'] as const
const STATES = ['granted', 'withdrawn'] as const

/** Writes down that they said yes or no to marketing, and how that is known. */
export function RecordConsent({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [opened, dialog] = useDisclosure()
  const channels = [
    ...(contact.email ? (['email'] as const) : []),
    ...(contact.phone ? (['sms', 'whatsapp'] as const) : []),
  ]
  const [channel, setChannel] = useState<'email' | 'sms' | 'whatsapp' | undefined>(channels[0])
  const [state, setState] = useState<(typeof STATES)[number]>('granted')
  const [source, setSource] = useState<(typeof SOURCES)[number]>('in_person')
  const [wording, setWording] = useState('')
  const record = useMutation({
    mutationFn: () =>
      carillon.contacts.recordConsent(contact.id, { channel: channel ?? 'email', state, source, wording }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['consents', contact.id] })
      void queryClient.invalidateQueries({ queryKey: ['preferences', contact.id] })
      setWording('')
      close()
    },
  })
  function close() {
    record.reset()
    dialog.close()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    record.mutate()
  }
  if (channels.length === 0) return null

  return (
    <>
      <Button size="compact-sm" variant="default" onClick={dialog.open}>
        {t('contacts.record')}
      </Button>
      <Dialog opened={opened} onClose={close} title={t('contacts.recordTitle')}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <NativeSelect
              label={t('messages.channel')}
              value={channel ?? ''}
              onChange={(event) => setChannel(channels.find((one) => one === event.currentTarget.value))}
              data={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
            />
            <NativeSelect
              label={t('contacts.recordState')}
              value={state}
              onChange={(event) => setState(STATES.find((one) => one === event.currentTarget.value) ?? 'granted')}
              data={STATES.map((value) => ({ value, label: t(`contacts.said.${value}`) }))}
            />
            <NativeSelect
              label={t('contacts.recordSource')}
              value={source}
              onChange={(event) => setSource(SOURCES.find((one) => one === event.currentTarget.value) ?? 'other')}
              data={SOURCES.map((value) => ({ value, label: t(`consentSource.${value}`) }))}
            />
            <Textarea
              label={t('contacts.recordWording')}
              description={t('contacts.recordWordingHint')}
              required
              withAsterisk={false}
              maxLength={2_000}
              autosize
              minRows={2}
              value={wording}
              onChange={(event) => setWording(event.currentTarget.value)}
            />
            {record.error && <ProblemNotice error={record.error} />}
          </Stack>
          <DialogButtons onBack={close}>
            <Button type="submit" loading={record.isPending} disabled={wording.trim() === ''}>
              {t('contacts.record')}
            </Button>
          </DialogButtons>
        </form>
      </Dialog>
    </>
  )
}
