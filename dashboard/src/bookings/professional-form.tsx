import type { Professional } from '@carillon/client'
import { Button, Group, MultiSelect, NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm, DialogButtons } from '../parts/dialog.tsx'
import { faultAt } from '../parts/faults.ts'
import { ProblemNotice, problemText } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { serviceTypesQuery } from './queries.ts'
import type { Field } from './service-draft.ts'
import { useLabel } from './service-name.ts'

const FIELDS = ['company', 'name', 'email', 'phone', 'skills', 'address', 'coordinates', 'radiusKm']

/** Where, how far and for what a professional is asked, or whether at all. */
export function ProfessionalForm({
  professional,
  onClose,
}: {
  professional: Professional | undefined
  onClose(): void
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const queryClient = useQueryClient()
  const services = useQuery({ ...serviceTypesQuery, enabled: useMay()('settings.read') }).data?.items ?? []
  const [draft, setDraft] = useState({
    company: professional?.company ?? '',
    name: '',
    email: '',
    phone: '',
    address: '',
    latitude: (professional?.coordinates?.latitude ?? '') as Field,
    longitude: (professional?.coordinates?.longitude ?? '') as Field,
    radiusKm: (professional?.radiusKm ?? '') as Field,
    skills: [...(professional?.skills ?? services.map(({ key }) => key))],
    available: professional?.available ?? true,
    blacklisted: professional?.blacklisted ?? false,
  })
  const set = (part: Partial<typeof draft>) => setDraft({ ...draft, ...part })
  const refresh = () => void queryClient.invalidateQueries({ queryKey: ['professionals'] })
  const save = useMutation({
    mutationFn: () => {
      const { latitude, longitude, radiusKm, name, email, phone, address, ...rest } = draft
      const fields = {
        ...rest,
        radiusKm: radiusKm === '' ? null : Number(radiusKm),
        ...(address.trim() ? { address } : {}),
        ...(latitude !== '' && longitude !== ''
          ? { coordinates: { latitude: Number(latitude), longitude: Number(longitude) } }
          : {}),
      }
      return professional
        ? carillon.bookings.professionals.update(professional.id, fields)
        : carillon.bookings.professionals.create({
            ...fields,
            email: email.trim(),
            ...(name.trim() && { name }),
            ...(phone.trim() && { phone }),
          })
    },
    onSuccess: () => {
      refresh()
      onClose()
    },
  })
  const text = (name: 'company' | 'name' | 'email' | 'phone' | 'address', label: string, required = false) => (
    <TextInput
      label={label}
      value={draft[name]}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
      error={faultAt(save.error, name)}
      autoComplete="off"
      required={required}
    />
  )
  const number = (name: 'latitude' | 'longitude' | 'radiusKm', label: string, path: string) => (
    <NumberInput
      label={label}
      decimalScale={name === 'radiusKm' ? 0 : 6}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      error={faultAt(save.error, path)}
    />
  )
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
          {text('company', t('professionals.company'), true)}
          {!professional && text('name', t('professionals.name'))}
          {!professional && text('email', t('quotes.email'), true)}
          {!professional && text('phone', t('quotes.phone'))}
        </SimpleGrid>
        <MultiSelect
          label={t('professionals.skills')}
          value={draft.skills}
          onChange={(skills) => set({ skills })}
          data={[...new Set([...services.map(({ key }) => key), ...draft.skills])].map((key) => {
            const service = services.find((one) => one.key === key)
            return { value: key, label: service ? labelOf(service.label) : key }
          })}
          error={faultAt(save.error, 'skills')}
        />
        <TextInput
          label={t('professionals.address')}
          description={t('professionals.addressHint')}
          value={draft.address}
          onChange={(event) => set({ address: event.currentTarget.value })}
          error={faultAt(save.error, 'address')}
          autoComplete="off"
        />
        <SimpleGrid cols={{ base: 2, xs: 3 }} spacing="sm" verticalSpacing="sm">
          {number('latitude', t('professionals.latitude'), 'coordinates.latitude')}
          {number('longitude', t('professionals.longitude'), 'coordinates.longitude')}
          {number('radiusKm', t('professionals.radiusKm'), 'radiusKm')}
        </SimpleGrid>
        <Group gap="lg">
          <Switch
            label={t('professionals.available')}
            checked={draft.available}
            onChange={(event) => set({ available: event.currentTarget.checked })}
          />
          <Switch
            label={t('professionals.blacklisted')}
            checked={draft.blacklisted}
            onChange={(event) => set({ blacklisted: event.currentTarget.checked })}
          />
        </Group>
        {save.error && <ProblemNotice error={save.error} saidAt={FIELDS} />}
        <Group justify="space-between" align="flex-end">
          {professional ? <Remove professional={professional} onRemoved={onClose} /> : <span />}
          <DialogButtons onBack={onClose}>
            <Button type="submit" loading={save.isPending}>
              {t('services.save')}
            </Button>
          </DialogButtons>
        </Group>
      </Stack>
    </form>
  )
}

function Remove({ professional, onRemoved }: { professional: Professional; onRemoved(): void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [asking, dialog] = useDisclosure()
  const remove = useMutation({
    mutationFn: () => carillon.bookings.professionals.remove(professional.id),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['professionals'] })
      onRemoved()
    },
    onError: (error) => notifications.show({ color: 'orange', message: problemText(error) }),
    onSettled: dialog.close,
  })
  return (
    <>
      <Button variant="subtle" color="red.8" onClick={dialog.open}>
        {t('professionals.remove')}
      </Button>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={t('professionals.removeTitle', { company: professional.company })}
        text={t('professionals.removeText')}
        confirm={t('professionals.remove')}
        risky
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  )
}
