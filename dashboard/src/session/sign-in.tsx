import { CarillonError } from '@carillon/client'
import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn as signInWith } from '../client.ts'
import { changeLanguage, LANGUAGES } from '../language.ts'
import { problemText } from '../parts/problem.tsx'
import { demoQuery, sessionQuery } from '../queries.ts'
import { LANGUAGE_NAMES } from '../shell/user-menu.tsx'
import { FrontDoor } from './front-door.tsx'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const { t } = useTranslation()
  const { next, email: invited } = route.useSearch()
  const router = useRouter()
  const queryClient = useQueryClient()
  const [email, setEmail] = useState(invited ?? '')
  const [password, setPassword] = useState('')

  const demo = useQuery(demoQuery)
  useEffect(() => {
    if (!demo.data) return
    setEmail((typed) => typed || (demo.data?.email ?? ''))
    setPassword((typed) => typed || (demo.data?.password ?? ''))
  }, [demo.data])

  const signIn = useMutation({
    mutationFn: () => signInWith({ email, password }),
    onSuccess: async () => {
      queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
      // The board of queues is no page of ours.
      if (next?.startsWith('/ops/')) return location.assign(next)
      // Only a path of this site: an address bar can say anything.
      await router.navigate({ href: next?.startsWith('/') && !next.startsWith('//') ? next : '/' })
    },
  })

  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate()
  }

  return (
    <FrontDoor title="Carillon" tagline={t('signIn.tagline')} below={<Languages />}>
      <form onSubmit={submit}>
        <Stack>
          {demo.data && (
            <Alert role="note" variant="light" icon={<IconInfoCircle aria-hidden />} p="sm">
              {t('signIn.demo')}
            </Alert>
          )}
          <TextInput
            label={t('signIn.email')}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('signIn.password')}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': t('signIn.show') }}
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signIn.error && (
            <Text c="red" fz="sm" role="alert">
              {refusal(signIn.error, t('signIn.wrong'), t('signIn.tooMany'))}
            </Text>
          )}
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t('signIn.submit')}
          </Button>
        </Stack>
      </form>
    </FrontDoor>
  )
}

function Languages() {
  const { i18n } = useTranslation()
  return (
    <Group gap="md">
      {LANGUAGES.map((language) => (
        <Anchor
          key={language}
          component="button"
          type="button"
          fz="sm"
          lang={language}
          c={i18n.language === language ? 'var(--ink)' : 'dimmed'}
          fw={i18n.language === language ? 600 : 400}
          aria-current={i18n.language === language}
          onClick={() => void changeLanguage(language)}
        >
          {LANGUAGE_NAMES[language]}
        </Anchor>
      ))}
    </Group>
  )
}

function refusal(error: unknown, wrong: string, tooMany: string): string {
  if (error instanceof CarillonError && error.status === 429) return tooMany
  if (error instanceof CarillonError && error.status >= 400 && error.status < 500) return wrong
  return problemText(error)
}
