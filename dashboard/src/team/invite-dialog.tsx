import { CarillonError } from '@carillon/client'
import { Button, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Dialog, DialogButtons } from '../parts/dialog.tsx'
import { problemText } from '../parts/problem.tsx'
import { useSession } from '../session/session.ts'
import { invitationsQuery, rolesQuery } from './queries.ts'
import { mayHandle, type RoleName } from './roles.ts'

export function InviteDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  const { t } = useTranslation()
  const session = useSession()
  const queryClient = useQueryClient()
  const roles = useQuery(rolesQuery).data?.items ?? []
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<RoleName>('staff')

  const invite = useMutation({
    mutationFn: () => carillon.invitations.create({ email, role }),
    onSuccess: () => {
      notifications.show({ color: 'green', message: t('team.invited', { email }) })
      void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey })
      setEmail('')
      close()
    },
  })
  function close() {
    invite.reset()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    invite.mutate()
  }
  const refused =
    invite.error instanceof CarillonError && invite.error.code === 'conflict'
      ? t('team.alreadyMember')
      : problemText(invite.error)

  return (
    <Dialog opened={opened} onClose={close} title={t('team.inviteTitle')}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('signIn.email')}
            type="email"
            required
            withAsterisk={false}
            data-autofocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <NativeSelect
            label={t('team.role')}
            value={role}
            onChange={(event) => setRole(event.currentTarget.value as RoleName)}
            data={roles
              .filter((one) => mayHandle(session, one))
              .map((one) => ({ value: one.role, label: t(`role.${one.role}`) }))}
          />
          <Text fz="sm" c="dimmed">
            {t('team.inviteText')}
          </Text>
          {invite.error && (
            <Text c="var(--mantine-color-error)" fz="sm" role="alert">
              {refused}
            </Text>
          )}
        </Stack>
        <DialogButtons onBack={close}>
          <Button type="submit" loading={invite.isPending}>
            {t('team.invite')}
          </Button>
        </DialogButtons>
      </form>
    </Dialog>
  )
}
