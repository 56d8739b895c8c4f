// @ts-check
// The selectors of other sites that have a reader of their own.
__side.define(() => ({
  sites: {
    github: {
      // The card of an account; an organisation's page and a repository's have none of a person.
      card: [
        '[itemtype$="schema.org/Person"] .h-card',
        '[itemtype$="schema.org/Person"]',
        ".js-profile-editable-replace",
        ".h-card:has(.p-nickname)",
        ".vcard",
      ],
      name: [".p-name", ".vcard-fullname", '[itemprop="name"]'],
      nick: [".p-nickname", ".vcard-username", '[itemprop="additionalName"]'],
      about: [".user-profile-bio", ".p-note", '[itemprop="description"]'],
      company: ['[itemprop="worksFor"]', ".p-org"],
      location: ['[itemprop="homeLocation"]', ".p-label"],
      email: '[itemprop="email"] a[href^="mailto:"],a.u-email',
      photo: "img.avatar-user,img.u-photo,img.avatar",
      links: '[itemprop="url"] a,[itemprop="social"] a,a[rel~="me"]',
      readme: "article.markdown-body p",
    },
    xing: {
      profile: 'meta[property="og:type"][content="profile"]',
      sure: '[data-testid*="profile-header" i],[data-testid*="profile-name" i],[data-qa*="profile-header" i],[data-qa*="xing-id" i],.xing-id,#xing-id',
      top: [
        '[data-testid*="profile-header" i]',
        '[data-qa*="profile-header" i],[data-qa="xing-id"]',
        ".xing-id,#xing-id",
        '[itemtype$="schema.org/Person"]',
        "main header,main section:has(h1)",
        "main",
      ],
      name: [
        '[data-testid*="name" i]:is(h1,h2)',
        '[data-qa*="name" i]:is(h1,h2,span)',
        '[itemprop="name"]',
        "h1",
        "h2",
      ],
      headline: [
        '[data-testid*="occupation" i]',
        '[data-qa*="occupation" i]',
        '[itemprop="jobTitle"]',
      ],
      location: ['[data-testid*="location" i]', '[data-qa*="location" i]', "address"],
      around: 'aside,nav,footer,dialog,form,[role="dialog"],[data-testid*="recommend" i]',
      experience: [
        '[data-testid*="work-experience" i],[data-qa*="work-experience" i]',
        '#work-experience,[id*="experience" i]',
        'section:has(a[href*="/pages/"]),section:has(a[href*="/companies/"])',
      ],
      education: ['[data-testid*="education" i],[data-qa*="education" i]', '[id*="education" i]'],
      skills:
        ':is([data-testid*="haves" i],[data-qa*="haves" i],#haves,[data-testid*="skills" i]) li',
    },
  },
}));
