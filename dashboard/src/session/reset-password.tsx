import { CarillonError } from '@carillon/client'
import { Button, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { resetPassword } from '../client.ts'
import { PageLink } from '../parts/link.tsx'
import { FrontDoor, Refusal } from './front-door.tsx'
import { NewPassword } from './new-password.tsx'

/** Where the link for a new password leads. Its token stands behind the #, which no server is told by itself. */
export function ResetPassword() {
  const { t } = useTranslation()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [token] = useState(() => location.hash.slice(1))
  const [password, setPassword] = useState('')
  const reset = useMutation({
    mutationFn: () => resetPassword({ token, newPassword: password }),
    onSuccess: async ({ user }) => {
      queryClient.clear()
      await router.navigate({ to: '/sign-in', search: { email: user.email, said: 'password_reset' } })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    reset.mutate()
  }
  const isGone = reset.error instanceof CarillonError && reset.error.status === 404

  return (
    <FrontDoor title={t('reset.title')} below={<PageLink to="/forgot-password">{t('reset.another')}</PageLink>}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{t('reset.text')}</Text>
          <NewPassword label={t('invitation.password')} value={password} onChange={setPassword} />
          <Refusal error={reset.error} {...(isGone && { text: t('reset.gone') })} />
          <Button type="submit" loading={reset.isPending} fullWidth>
            {t('reset.submit')}
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  )
}
