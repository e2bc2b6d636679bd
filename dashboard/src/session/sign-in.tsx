import { CarillonError } from '@carillon/client'
import { Alert, Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { beginCompanySignIn, requestSignInLink, signIn as signInWith } from '../client.ts'
import { changeLanguage, LANGUAGES } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { LANGUAGE_NAMES } from '../shell/user-menu.tsx'
import { FrontDoor, Refusal } from './front-door.tsx'
import { demoQuery, waysQuery } from './queries.ts'
import { SecondStep } from './second-step.tsx'
import { useArrive } from './session.ts'

const route = getRouteApi('/sign-in')

export function SignIn() {
  const { t } = useTranslation()
  const { next, email: invited, said } = route.useSearch()
  const arrive = useArrive()
  const [email, setEmail] = useState(invited ?? '')
  const [password, setPassword] = useState('')

  const company = useQuery(waysQuery).data?.company?.name
  const begin = useMutation({ mutationFn: () => beginCompanySignIn(), onSuccess: ({ url }) => location.assign(url) })
  const demo = useQuery(demoQuery)
  useEffect(() => {
    if (!demo.data || invited) return
    setEmail((typed) => typed || (demo.data?.email ?? ''))
    setPassword((typed) => typed || (demo.data?.password ?? ''))
  }, [demo.data, invited])

  const [step, setStep] = useState<'first' | 'second'>('first')
  const signIn = useMutation({
    mutationFn: () => signInWith({ email, password }),
    onSuccess: ({ secondFactor }) => (secondFactor ? setStep('second') : arrive(next)),
  })
  const link = useMutation({ mutationFn: () => requestSignInLink(email) })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    link.reset()
    signIn.mutate()
  }
  /** Only an address is needed; the browser says so where there is none. */
  const sendLink = (form: HTMLFormElement | null) => {
    signIn.reset()
    const field = form?.elements.namedItem('email')
    if (field instanceof HTMLInputElement && field.reportValidity()) link.mutate()
  }

  if (step === 'second')
    return (
      <FrontDoor title={t('factor.step')}>
        <SecondStep onSignedIn={() => void arrive(next)} onBack={() => setStep('first')} />
      </FrontDoor>
    )
  return (
    <FrontDoor title="Carillon" tagline={t('signIn.tagline')} below={<Languages />}>
      <form onSubmit={submit}>
        <Stack>
          {said && (
            <Alert
              role="status"
              variant="light"
              {...(said !== 'password_reset' && { color: 'red' })}
              icon={<IconInfoCircle aria-hidden />}
              p="sm"
            >
              {t(`said.${said}`, { name: company ?? t('company.nameless') })}
            </Alert>
          )}
          {demo.data && (
            <Alert role="note" variant="light" icon={<IconInfoCircle aria-hidden />} p="sm">
              {t('signIn.demo')}
            </Alert>
          )}
          <TextInput
            label={t('signIn.email')}
            name="email"
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
          <Refusal error={signIn.error} text={isRefused(signIn.error) ? t('signIn.wrong') : undefined} />
          <Button type="submit" loading={signIn.isPending} fullWidth>
            {t('signIn.submit')}
          </Button>
          <Refusal error={link.error} />
          {link.isSuccess ? (
            <Text role="status" fz="sm">
              {t('link.sent', { email })}
            </Text>
          ) : (
            <Button
              variant="default"
              loading={link.isPending}
              onClick={(event) => sendLink(event.currentTarget.form)}
              fullWidth
            >
              {t('link.ask')}
            </Button>
          )}
          {company && (
            <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()} fullWidth>
              {t('company.signIn', { name: company })}
            </Button>
          )}
          <Refusal error={begin.error} text={begin.error ? t('said.company_away', { name: company }) : undefined} />
          <PageLink to="/forgot-password" search={email ? { email } : {}} fz="sm" ta="center">
            {t('forgot.link')}
          </PageLink>
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

const isRefused = (error: unknown) => error instanceof CarillonError && error.status >= 400 && error.status < 500
