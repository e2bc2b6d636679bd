import type { Contact } from '@carillon/client'
import { Button, Select, Stack, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { LANGUAGES, useLanguageName } from '../language.ts'
import { DialogButtons } from '../parts/dialog.tsx'
import { faultAt } from '../parts/faults.ts'
import { ProblemNotice } from '../parts/problem.tsx'
import { contactQuery } from './queries.ts'

const FIELDS = ['name', 'email', 'phone', 'externalId'] as const

interface ContactFormProps {
  /** Whom it changes; without it somebody new is added. */
  contact?: Contact
  onBack(): void
  onSaved(contact: Contact): void
}

/** Who somebody is and where they are written to. */
export function ContactForm({ contact, onBack, onSaved }: ContactFormProps) {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  const queryClient = useQueryClient()
  const [written, setWritten] = useState({
    name: contact?.name ?? '',
    email: contact?.email ?? '',
    phone: contact?.phone ?? '',
    externalId: contact?.externalId ?? '',
    locale: contact?.locale ?? '',
  })
  const save = useMutation({
    mutationFn: () => {
      const said = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, value.trim() || null]))
      return contact ? carillon.contacts.update(contact.id, said) : carillon.contacts.create(said)
    },
    onSuccess: (saved) => {
      queryClient.setQueryData(contactQuery(saved.id).queryKey, saved)
      void queryClient.invalidateQueries({ queryKey: ['contacts'] })
      onSaved(saved)
    },
  })
  const faults = FIELDS.filter((name) => faultAt(save.error, name))
  const languages = [...new Set([...LANGUAGES, ...(contact?.locale ? [contact.locale] : [])])]
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {FIELDS.map((name) => (
          <TextInput
            key={name}
            data-autofocus={name === 'name' || undefined}
            label={t(`contacts.${name}`)}
            {...(name === 'externalId' && { description: t('contacts.externalIdHint') })}
            type={name === 'email' ? 'email' : name === 'phone' ? 'tel' : 'text'}
            autoComplete="off"
            value={written[name]}
            onChange={(event) => setWritten({ ...written, [name]: event.currentTarget.value })}
            error={faults.includes(name) && t(`contactFault.${name}`)}
          />
        ))}
        <Select
          label={t('contacts.language')}
          description={t('contacts.languageHint')}
          clearable
          value={written.locale || null}
          onChange={(locale) => setWritten({ ...written, locale: locale ?? '' })}
          data={languages.map((value) => ({ value, label: languageName(value) }))}
        />
        {save.error && faults.length === 0 && <ProblemNotice error={save.error} />}
        <DialogButtons onBack={onBack}>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={!FIELDS.some((name) => name !== 'externalId' && written[name].trim())}
          >
            {t(contact ? 'contacts.save' : 'contacts.add')}
          </Button>
        </DialogButtons>
      </Stack>
    </form>
  )
}
