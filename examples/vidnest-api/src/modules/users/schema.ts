import { z } from 'zod'

/** What everybody may see of a user. */
export const Profile = z.object({
  id: z.string(),
  username: z.string(),
  fullName: z.string(),
  avatar: z.string(),
  coverImage: z.string(),
  createdAt: z.string(),
})
export type Profile = z.infer<typeof Profile>

export const ChannelStats = z.object({
  subscribersCount: z.number(),
  subscribedToCount: z.number(),
  videoCount: z.number(),
  totalViews: z.number(),
})
export type ChannelStats = z.infer<typeof ChannelStats>

const username = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9_.-]{3,30}$/, 'must be 3 to 30 letters, digits, dots, dashes or underscores')
const email = z.email().max(254).toLowerCase()
const password = z.string().min(8, 'must have at least 8 characters').max(128)
const fullName = z.string().trim().min(1).max(100)

export const RegisterBody = z.strictObject({ username, email, fullName, password })

export const LoginBody = z
  .strictObject({
    email: email.optional(),
    username: username.optional(),
    password: z.string().min(1).max(128),
  })
  .refine((body) => body.email !== undefined || body.username !== undefined, {
    path: ['email'],
    message: 'or a username is needed',
  })

export const RefreshBody = z.strictObject({ refreshToken: z.string().min(1).max(1024).optional() }).optional()

export const EditMeBody = z
  .strictObject({ fullName, username })
  .partial()
  .refine((body) => Object.keys(body).length > 0, { message: 'must change something' })

export const ChangePasswordBody = z.strictObject({
  oldPassword: z.string().min(1).max(128),
  newPassword: password,
})

export const ChannelParams = z.strictObject({
  username: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9_.-]{1,30}$/, 'is no username'),
})

export const SessionParams = z.strictObject({
  sid: z.string().regex(/^[A-Za-z0-9_-]{22}$/, 'is no session id'),
})
