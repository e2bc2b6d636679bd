import { CarillonError } from '@carillon/client'
import { Alert, Button, Loader, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { acceptInvitation, carillon, signIn } from '../client.ts'
import { problemText } from '../parts/problem.tsx'
import { openedInvitationQuery } from '../team/queries.ts'
import type { RoleName } from '../team/roles.ts'
import { FrontDoor } from './front-door.tsx'
import { NewPassword } from './new-password.tsx'
import { sessionQuery } from './queries.ts'

/** Where the link of an invitation leads. Its token stands behind the #, which no server is told by itself. */
export function InvitationPage() {
  const { t } = useTranslation()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [token] = useState(() => location.hash.slice(1))
  const invitation = useQuery(openedInvitationQuery(token))
  const session = useQuery({ ...sessionQuery, retry: false })
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')

  const { data } = invitation
  const signedIn = session.data !== undefined && session.data.user.email === data?.email
  const somebodyElse = session.data !== undefined && data !== undefined && !signedIn

  const accept = useMutation({
    mutationFn: async () => {
      if (!data) return
      const { email } = data
      if (!signedIn && data.hasSignIn && (await signIn({ email, password })).secondFactor) return 'second'
      await acceptInvitation({ token, ...(data.hasSignIn ? {} : { name, password }) })
      if (!data.hasSignIn) await signIn({ email, password })
      return 'done'
    },
    onSuccess: async (step) => {
      // Signed in, they come back to the link in their mail.
      if (step === 'second')
        return router.navigate({ to: '/sign-in', search: { email: data?.email, next: `/invitation#${token}` } })
      queryClient.clear()
      await router.navigate({ to: '/' })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    accept.mutate()
  }

  return (
    <FrontDoor title={data ? t('invitation.title', { organization: data.organization }) : 'Carillon'}>
      {(invitation.isPending || session.isPending) && <Loader size="sm" aria-label={t('app.loading')} />}
      {invitation.error && (
        <Alert color="red" variant="light" role="alert" title={t('problem.title')}>
          {isGone(invitation.error) ? t('invitation.gone') : problemText(invitation.error)}
        </Alert>
      )}
      {data && !session.isPending && (
        <form onSubmit={submit}>
          <Stack>
            <Text>
              {t('invitation.text', {
                name: data.invitedBy,
                email: data.email,
                role: t(`role.${data.role as RoleName}`),
              })}
            </Text>
            {somebodyElse && (
              <>
                <Alert variant="light" color="yellow" role="note">
                  {t('invitation.somebodyElse', { email: session.data?.user.email })}
                </Alert>
                <Button
                  onClick={async () => {
                    await carillon.session.signOut()
                    location.reload()
                  }}
                >
                  {t('user.signOut')}
                </Button>
              </>
            )}
            {!somebodyElse && !signedIn && !data.hasSignIn && (
              <TextInput
                label={t('invitation.name')}
                autoComplete="name"
                required
                withAsterisk={false}
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            )}
            {!somebodyElse && !signedIn && (
              <>
                <input type="email" autoComplete="username" value={data.email} readOnly hidden />
                {data.hasSignIn ? (
                  <PasswordInput
                    label={t('signIn.password')}
                    autoComplete="current-password"
                    visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
                    required
                    withAsterisk={false}
                    maxLength={128}
                    value={password}
                    onChange={(event) => setPassword(event.currentTarget.value)}
                  />
                ) : (
                  <NewPassword label={t('invitation.password')} value={password} onChange={setPassword} />
                )}
              </>
            )}
            {accept.error && (
              <Text c="var(--mantine-color-error)" fz="sm" role="alert">
                {refusal(accept.error, data.hasSignIn ? t('signIn.wrong') : t('invitation.gone'))}
              </Text>
            )}
            {!somebodyElse && (
              <Button type="submit" loading={accept.isPending}>
                {t('invitation.accept')}
              </Button>
            )}
          </Stack>
        </form>
      )}
    </FrontDoor>
  )
}

const isGone = (error: unknown) => error instanceof CarillonError && error.status === 404

function refusal(error: unknown, wrong: string): string {
  const known = error instanceof CarillonError && (error.status === 401 || error.status === 404)
  return known ? wrong : problemText(error)
}
