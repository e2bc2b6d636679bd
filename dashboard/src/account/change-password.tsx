import { CarillonError } from '@carillon/client'
import { Button, PasswordInput, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changePassword } from '../client.ts'
import { Panel } from '../parts/panel.tsx'
import { Refusal } from '../session/front-door.tsx'
import { NewPassword } from '../session/new-password.tsx'
import { sessionsQuery } from '../session/queries.ts'
import { useSession } from '../session/session.ts'

export function ChangePassword() {
  const { t } = useTranslation()
  const { user } = useSession()
  const queryClient = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => changePassword({ currentPassword: current, newPassword: next }),
    onSuccess: () => {
      notifications.show({ color: 'green', message: t('account.passwordChanged') })
      void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey })
      setCurrent('')
      setNext('')
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate()
  }
  const isWrong = change.error instanceof CarillonError && change.error.code === 'validation_failed'

  return (
    <Panel title={t('signIn.password')}>
      <form onSubmit={submit}>
        <Stack maw={420}>
          <Text fz="sm" c="dimmed">
            {t('account.passwordText')}
          </Text>
          <input type="email" autoComplete="username" value={user.email} readOnly hidden />
          <PasswordInput
            label={t('account.currentPassword')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            required
            withAsterisk={false}
            maxLength={128}
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <NewPassword label={t('account.newPassword')} value={next} onChange={setNext} />
          <Refusal error={change.error} text={isWrong ? t('account.wrongPassword') : undefined} />
          <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
            {t('account.changePassword')}
          </Button>
        </Stack>
      </form>
    </Panel>
  )
}
