import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text } from '../parts/search.ts'
import { SAID, type Said } from '../session/session.ts'
import { root } from './root.tsx'

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (
    search: Record<string, unknown>,
  ): { next?: string | undefined; email?: string | undefined; said?: Said | undefined } => ({
    next: text(search.next),
    email: text(search.email),
    said: SAID.find((said) => said === search.said),
  }),
  component: lazyRouteComponent(() => import('../session/sign-in.tsx'), 'SignIn'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  validateSearch: (search: Record<string, unknown>): { email?: string | undefined } => ({ email: text(search.email) }),
  component: lazyRouteComponent(() => import('../session/forgot-password.tsx'), 'ForgotPassword'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('../session/reset-password.tsx'), 'ResetPassword'),
})

const signInCompany = createRoute({
  getParentRoute: () => root,
  path: '/sign-in-company',
  component: lazyRouteComponent(() => import('../session/sign-in-company.tsx'), 'SignInCompany'),
})

const signInLink = createRoute({
  getParentRoute: () => root,
  path: '/sign-in-link',
  component: lazyRouteComponent(() => import('../session/sign-in-link.tsx'), 'SignInLink'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('../session/invitation.tsx'), 'InvitationPage'),
})

/** What is there without being signed in. */
export const sessionRoutes = [signIn, forgotPassword, resetPassword, signInCompany, signInLink, invitation] as const
