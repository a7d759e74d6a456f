/** What a key's parameter may be. Numbers and the text of the same number give the same key. */
export type KeyValue = string | number | bigint | boolean

type RequiredText<Template extends string> = Template extends `${infer Before}[${string}` ? Before : Template
type OptionalText<Template extends string> = Template extends `${string}[${infer Inside}]${infer After}`
  ? `${Inside}:${OptionalText<After>}`
  : ''
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer After}`
  ? Name | Names<After>
  : never
type Simplify<Shape> = { [Name in keyof Shape]: Shape[Name] }

/**
 * The parameters of a key template: each `{name}` is required, those inside `[...]` are optional.
 * `ParamsOf<'list:{page}[:owner:{owner}]'>` is `{ page: KeyValue; owner?: KeyValue }`.
 */
export type ParamsOf<Template extends string> = string extends Template
  ? Readonly<Record<string, KeyValue | undefined>>
  : [Names<Template>] extends [never]
    ? Readonly<Record<string, never>>
    : Simplify<
        { readonly [Name in Names<RequiredText<Template>>]: KeyValue } & {
          readonly [Name in Names<OptionalText<Template>>]?: KeyValue | undefined
        }
      >

/** What {@link KeyBuilder.parse} gives: the parameters as text. */
export type ParsedParams<Params> = Simplify<{
  readonly [Name in keyof Params]: undefined extends Params[Name] ? string | undefined : string
}>
