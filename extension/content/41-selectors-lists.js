// @ts-check
// The selectors of LinkedIn's pages that list people, and of Sales Navigator.
__side.define(() => ({
  listed: {
    // Pages that list people: the rows, and in a row who it is.
    lists: [
      {
        path: /^\/search\/results\/people/,
        source: "people_search",
        // The newest rows have no name at all; then any item that leads to a member is one.
        rows: [
          '[data-view-name="people-search-result"]',
          '[data-view-name="search-entity-result-universal-template"]',
          ".reusable-search__result-container",
          ".entity-result",
          'main li:has(a[href*="/in/"]),main [role="listitem"]:has(a[href*="/in/"])',
        ],
        link: 'a[href*="/in/"]',
        name: [
          '[data-view-name="search-result-lockup-title"]',
          ".entity-result__title-text a",
          'a[href*="/in/"] span[dir]',
        ],
        headline: [".entity-result__primary-subtitle"],
        location: [".entity-result__secondary-subtitle"],
        // Who else knows them, which is no fact of theirs.
        others:
          '[data-view-name="search-result-social-proof-insight"],.entity-result__insights,.reusable-search-simple-insight,.entity-result__summary,a[href*="/search/results/"]',
      },
      {
        path: /^\/(company|school)\/[^/]+\/people/,
        source: "company_people",
        rows: [
          "li.org-people-profile-card__profile-card-spacing",
          ".org-people-profile-card",
          ".scaffold-finite-scroll__content li:has(.artdeco-entity-lockup__title)",
        ],
        link: 'a[href*="/in/"]',
        name: [".artdeco-entity-lockup__title", ".org-people-profile-card__profile-title"],
        headline: [".artdeco-entity-lockup__subtitle"],
        location: [],
        others:
          '.org-people-profile-card__insights,.artdeco-entity-lockup__caption,a[href*="/search/results/"]',
        company:
          '.org-top-card-summary__title,[data-view-name="org-top-card-name"],main h1,[role="main"] h1',
      },
      {
        path: /^\/sales\/(search\/people|lists\/people)/,
        source: "people_search",
        rows: [
          '[data-x-search-result="LEAD"]',
          "tr[data-row-id]",
          ":is(li,tr,[role='row'],[role='listitem']):has([data-anonymize='person-name'])",
        ],
        link: 'a[href*="/sales/lead/"],a[href*="/sales/people/"]',
        name: ['[data-anonymize="person-name"]'],
        headline: ['[data-anonymize="title"]', '[data-anonymize="job-title"]'],
        location: ['[data-anonymize="location"]'],
        employer: ['[data-anonymize="company-name"]'],
      },
    ],
    // Sales Navigator marks what is private in it, and that has outlived its designs.
    lead: {
      top: [
        "#profile-card-section",
        '[data-sn-view-name="lead-profile-card"],[data-sn-view-name*="lead-top-card"]',
        "section:has(h1[data-anonymize='person-name'])",
      ],
      // Other people on the same page.
      others:
        'aside,nav,li,tr,[role="dialog"],[data-x-search-result],[data-sn-view-name*="recommend" i],[data-sn-view-name*="similar" i]',
      name: ['[data-anonymize="person-name"]'],
      headline: ['[data-anonymize="headline"]'],
      location: ['[data-anonymize="location"]'],
      about: '#about-section [data-anonymize="person-blurb"],[data-anonymize="person-blurb"]',
      position:
        '#experience-section li,[data-sn-view-name*="experience" i] li,section:has(> h2[id*="experience" i]) li',
      // Whoever is linked by an address of their own.
      link: 'a[href*="/sales/lead/"],a[href*="/sales/people/"]',
      title: ['[data-anonymize="job-title"]'],
      employer: ['[data-anonymize="company-name"]'],
      description: '[data-anonymize="person-blurb"]',
    },
  },
}));
