import { Button, NativeSelect, Stack, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { SUPPRESSED_CHANNELS } from './search.ts'

/** Takes one address out of use. */
export function Add() {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [opened, dialog] = useDisclosure()
  const [channel, setChannel] = useState<(typeof SUPPRESSED_CHANNELS)[number]>('email')
  const [address, setAddress] = useState('')
  const [note, setNote] = useState('')
  const add = useMutation({
    mutationFn: () => carillon.suppressions.add({ channel, address, ...(note.trim() && { note: note.trim() }) }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['suppressions'] })
      setAddress('')
      setNote('')
      close()
    },
  })
  function close() {
    add.reset()
    dialog.close()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate()
  }
  return (
    <>
      <Button leftSection={<IconPlus size={17} aria-hidden />} onClick={dialog.open}>
        {t('suppressions.add')}
      </Button>
      <Dialog opened={opened} onClose={close} title={t('suppressions.addTitle')}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <NativeSelect
              label={t('messages.channel')}
              value={channel}
              onChange={(event) =>
                setChannel(SUPPRESSED_CHANNELS.find((one) => one === event.currentTarget.value) ?? 'email')
              }
              data={SUPPRESSED_CHANNELS.map((value) => ({ value, label: t(`channel.${value}`) }))}
            />
            <TextInput
              label={t('suppressions.address')}
              type={channel === 'email' ? 'email' : 'tel'}
              required
              withAsterisk={false}
              maxLength={320}
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
            />
            <TextInput
              label={t('suppressions.note')}
              maxLength={500}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            {add.error && <ProblemNotice error={add.error} />}
          </Stack>
          <DialogButtons onBack={close}>
            <Button type="submit" loading={add.isPending}>
              {t('suppressions.add')}
            </Button>
          </DialogButtons>
        </form>
      </Dialog>
    </>
  )
}
