import { Button, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { requestPasswordReset } from '../client.ts'
import { PageLink } from '../parts/link.tsx'
import { FrontDoor, Refusal } from './front-door.tsx'

const route = getRouteApi('/forgot-password')

/** Asks where to send a link for a new password. What it says next is the same for every address. */
export function ForgotPassword() {
  const { t } = useTranslation()
  const { email: typed } = route.useSearch()
  const [email, setEmail] = useState(typed ?? '')
  const ask = useMutation({ mutationFn: () => requestPasswordReset(email) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    ask.mutate()
  }

  return (
    <FrontDoor title={t('forgot.title')} below={<PageLink to="/sign-in">{t('forgot.back')}</PageLink>}>
      {ask.isSuccess ? (
        <Text role="status">{t('forgot.sent', { email })}</Text>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <Text>{t('forgot.text')}</Text>
            <TextInput
              label={t('signIn.email')}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Refusal error={ask.error} />
            <Button type="submit" loading={ask.isPending} fullWidth>
              {t('forgot.submit')}
            </Button>
          </Stack>
        </form>
      )}
    </FrontDoor>
  )
}
