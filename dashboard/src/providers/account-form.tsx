import { CarillonError, type ProviderAccount } from '@carillon/client'
import {
  Button,
  Group,
  Modal,
  NativeSelect,
  PasswordInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { limitsQuery, providersQuery } from '../queries.ts'
import {
  type AccountForm,
  emptyForm,
  type FieldName,
  formOf,
  isKnown,
  isSecret,
  PROVIDERS,
  type ProviderName,
  requestOf,
  SECURITIES,
} from './fields.ts'

interface AccountDialogProps {
  opened: boolean
  /** The one to change; undefined: a new one. */
  account: ProviderAccount | undefined
  onClose(): void
}

export function AccountDialog({ opened, account, onClose }: AccountDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={account ? account.name : t('providers.add')}
      closeButtonProps={{ 'aria-label': t('actions.back') }}
    >
      <Form account={account} onClose={onClose} />
    </Modal>
  )
}

const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[]

function Form({ account, onClose }: Omit<AccountDialogProps, 'opened'>) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [form, setForm] = useState<AccountForm>(() =>
    account && isKnown(account.provider) ? formOf(account, account.provider) : emptyForm('smtp'),
  )
  const { provider } = form
  const { channel, fields } = PROVIDERS[provider]

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
    ...fields.map((field) => `settings.${field}`),
  ])
  const faults = save.error instanceof CarillonError ? save.error.errors : []
  const faultAt = (path: string, typed: string | undefined) => {
    const message = faults.find((fault) => fault.path === path)?.message
    return message !== undefined && typed?.trim() === '' ? t('providers.needed') : message
  }
  const elsewhere = save.error && (faults.length === 0 || faults.some(({ path }) => !shown.has(path)))

  const text = (key: 'name' | 'position' | 'weight' | 'perSecond' | 'perDay') => ({
    value: form[key],
    onChange: (event: { currentTarget: { value: string } }) => setForm({ ...form, [key]: event.currentTarget.value }),
  })
  const setting = (field: FieldName) => ({
    label: t(`accountField.${field}`),
    value: form.settings[field] ?? '',
    // Of a saved secret the server says why it is wanted again.
    error: faultAt(`settings.${field}`, account && isSecret(field) ? undefined : (form.settings[field] ?? '')),
    onChange: (event: { currentTarget: { value: string } }) =>
      setForm({ ...form, settings: { ...form.settings, [field]: event.currentTarget.value } }),
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }

  return (
    <form onSubmit={submit} noValidate autoComplete="off">
      <Stack gap="sm">
        {!account && (
          <SegmentedControl
            aria-label={t('providers.provider')}
            value={provider}
            onChange={(value) => {
              save.reset()
              setForm({ ...emptyForm(value as ProviderName), name: form.name })
            }}
            data={PROVIDER_NAMES.map((value) => ({
              value,
              label: t('table.of', { label: t(`channel.${PROVIDERS[value].channel}`), value: t(`provider.${value}`) }),
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
            if (field === 'security')
              return (
                <NativeSelect
                  key={field}
                  {...setting(field)}
                  data={Object.keys(SECURITIES).map((value) => ({
                    value,
                    label: t(`security.${value as keyof typeof SECURITIES}`),
                  }))}
                />
              )
            if (isSecret(field))
              return (
                <PasswordInput
                  key={field}
                  autoComplete="new-password"
                  visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
                  {...setting(field)}
                  {...(account?.secrets.includes(field) ? { placeholder: t('providers.keepSecret') } : {})}
                />
              )
            return (
              <TextInput
                key={field}
                autoComplete="off"
                {...setting(field)}
                placeholder={EXAMPLES[provider][field] ?? ''}
              />
            )
          })}
        </SimpleGrid>
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="sm" verticalSpacing="sm">
          <TextInput
            label={t('accountField.perSecond')}
            placeholder="∞"
            inputMode="decimal"
            error={faultAt('limits.perSecond', form.perSecond)}
            {...text('perSecond')}
          />
          <TextInput
            label={t('accountField.perDay')}
            placeholder="∞"
            inputMode="numeric"
            error={faultAt('limits.perDay', form.perDay)}
            {...text('perDay')}
          />
          <TextInput
            label={t('accountField.position')}
            inputMode="numeric"
            error={faultAt('position', form.position)}
            {...text('position')}
          />
          <TextInput
            label={t('accountField.weight')}
            inputMode="numeric"
            error={faultAt('weight', form.weight)}
            {...text('weight')}
          />
        </SimpleGrid>
        {elsewhere && <ProblemNotice error={save.error} />}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('actions.back')}
        </Button>
        <Button type="submit" loading={save.isPending}>
          {t('providers.save')}
        </Button>
      </Group>
    </form>
  )
}

/** What right values look like; the same in every language. */
const EXAMPLES: Record<ProviderName, Partial<Record<FieldName, string>>> = {
  smtp: { host: 'mail.example.org', from: 'Atelier <hello@example.org>' },
  twilio: { accountSid: 'AC…', from: '+33…', messagingServiceSid: 'MG…' },
}
