import { CarillonError, type ProviderAccount } from '@carillon/client'
import { Button, NativeSelect, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { faultText } from '../parts/faults.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { CHANNELS } from '../vocabulary.ts'
import { type AccountForm, emptyForm, formOf, requestOf } from './fields.ts'
import { type AccountField, type Field, FORM_NAMES, FORMS, type FormName, formFor } from './forms.ts'
import { limitsQuery, providersQuery } from './queries.ts'
import { SettingInput } from './setting-input.tsx'
import { WebhookHint } from './webhook-hint.tsx'

interface AccountDialogProps {
  opened: boolean
  /** The one to change; undefined: a new one. */
  account: ProviderAccount | undefined
  onClose(): void
}

export function AccountDialog({ opened, account, onClose }: AccountDialogProps) {
  const { t } = useTranslation()
  return (
    <Dialog opened={opened} onClose={onClose} size="lg" title={account ? account.name : t('providers.add')}>
      <Form account={account} onClose={onClose} />
    </Dialog>
  )
}

function Form({ account, onClose }: Omit<AccountDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [form, setForm] = useState<AccountForm>(() => {
    const kind = account && formFor(account.provider, account.channel)
    return account && kind ? formOf(account, kind) : emptyForm('smtp')
  })
  const { provider, channel } = FORMS[form.kind]
  const fields: readonly AccountField[] = FORMS[form.kind].fields

  const save = useMutation({
    mutationFn: () => {
      const request = requestOf(form, account !== undefined)
      return account
        ? carillon.providers.update(account.id, request)
        : carillon.providers.create({ ...request, provider, channel })
    },
    onSuccess: ({ name }) => {
      notifications.show({ color: 'green', message: t('providers.saved', { name }) })
      onClose()
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: providersQuery.queryKey })
      void queryClient.invalidateQueries({ queryKey: limitsQuery.queryKey })
    },
  })

  // Each fault stands at its field; what belongs to none is told above the buttons.
  const shown = new Set([
    'name',
    'position',
    'weight',
    'limits.perSecond',
    'limits.perDay',
    ...fields.map(({ name }) => `settings.${name}`),
  ])
  const faults = save.error instanceof CarillonError ? save.error.errors : []
  const faultAt = (path: string, typed: string | undefined) => {
    const fault = faults.find((one) => one.path === path)
    return fault && (typed?.trim() === '' ? t('fault.required') : faultText(fault))
  }
  const elsewhere = save.error && (faults.length === 0 || faults.some(({ path }) => !shown.has(path)))

  const text = (key: 'name' | 'position' | 'weight' | 'perSecond' | 'perDay') => ({
    value: form[key],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [key]: event.currentTarget.value }),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="sm">
        {!account && (
          <NativeSelect
            label={t('providers.provider')}
            value={form.kind}
            onChange={(event) => {
              save.reset()
              setForm({ ...emptyForm(event.currentTarget.value as FormName), name: form.name })
            }}
            data={CHANNELS.filter((group) => group !== 'in_app').map((group) => ({
              group: t(`channel.${group}`),
              items: FORM_NAMES.filter((name) => FORMS[name].channel === group).map((name) => ({
                value: name,
                label: t(`provider.${name}`),
              })),
            }))}
          />
        )}
        <TextInput
          label={t('accountField.name')}
          placeholder={t('providers.namePlaceholder')}
          data-autofocus
          error={faultAt('name', form.name)}
          {...text('name')}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          {fields.map((field) => {
            const typed = form.settings[field.name] ?? ''
            const saved = account?.secrets.includes(field.name) ?? false
            return (
              <SettingInput
                key={`${form.kind} ${field.name}`}
                field={field}
                saved={saved}
                value={typed}
                // Of a saved secret the server says why it is wanted again.
                error={faultAt(`settings.${field.name}`, account && (field as Field).secret ? undefined : typed)}
                onChange={(value) => setForm({ ...form, settings: { ...form.settings, [field.name]: value } })}
              />
            )
          })}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label={t('accountField.perSecond')}
            description={t('accountField.mostHint')}
            placeholder="∞"
            inputMode="decimal"
            error={faultAt('limits.perSecond', form.perSecond)}
            {...text('perSecond')}
          />
          <TextInput
            label={t('accountField.perDay')}
            description={t('accountField.mostHint')}
            placeholder="∞"
            inputMode="numeric"
            error={faultAt('limits.perDay', form.perDay)}
            {...text('perDay')}
          />
          <TextInput
            label={t('accountField.position')}
            description={t('accountField.positionHint')}
            inputMode="numeric"
            error={faultAt('position', form.position)}
            {...text('position')}
          />
          <TextInput
            label={t('accountField.weight')}
            description={t('accountField.weightHint')}
            inputMode="numeric"
            error={faultAt('weight', form.weight)}
            {...text('weight')}
          />
        </SimpleGrid>
        <WebhookHint kind={form.kind} url={account?.webhookUrl} />
        {elsewhere && <ProblemNotice error={save.error} />}
      </Stack>
      <DialogButtons onBack={onClose}>
        <Button type="submit" loading={save.isPending}>
          {t('providers.save')}
        </Button>
      </DialogButtons>
    </form>
  )
}
