// @ts-check
// The selectors of LinkedIn; here and in the two files beside this is every one of a site, and nowhere
// else one: a layout, since when it is known, what finds what.
// Nothing here is a word that people read, because those change with their language, and nothing
// is a class that is made anew with each release of the site.
__side.define(() => {
  /** A section of the server-driven profile by the end of its name, and not by another such end.
   * @param {string} name @param {string} [other] */
  const card = (name, other) =>
    ["componentkey", "id"]
      .map(
        (attribute) =>
          `[${attribute}^="com.linkedin.sdui.profile.card." i][${attribute}$="${name}" i]` +
          (other ? `:not([${attribute}$="${other}" i])` : ""),
      )
      .join(",");

  // Sections of a profile that say by themselves what they are: none of them is another one.
  const named =
    'section:has(> [id]:empty),:is([componentkey*=".profile.card." i],[id*=".profile.card." i]):not([componentkey$="Topcard" i],[id$="Topcard" i])';

  return {
    selectors: {
      linkedin: {
        wall: 'meta[name="pageKey"][content*="auth_wall"],meta[name="pageKey"][content*="checkpoint"],meta[name="pageKey"][content*="error"],#captcha-internal,#captchaInternalPath',
        // On a page for visitors the same form stands beside the profile.
        login:
          "form.login__form,form[action*='/checkpoint/'],form[action*='/uas/login'],iframe[src*='/checkpoint/'],iframe[src*='captcha' i]",
        visitors: 'meta[name="pageKey"][content^="public_profile"],.top-card-layout',
        photo: 'img[src*="profile-displayphoto"]',
        contactInfo: 'a[href*="/overlay/contact-info"]',
        company: 'a[href*="/company/"]',
        member: 'a[href*="/in/"]',
        // Since 2026: server-driven, hashed classes, the name in an h2.
        sdui: {
          top: [card("Topcard"), '[componentkey*="AboveActivityTopcard" i]'],
          about: [card("About")],
          experience: [
            card("Experience", "VolunteerExperience"),
            card("ExperienceTopLevelSection", "VolunteerExperienceTopLevelSection"),
            '[data-testid^="profile_ExperienceTopLevelSection_"]',
          ],
          education: [
            card("Education"),
            card("EducationTopLevelSection"),
            '[data-testid^="profile_EducationTopLevelSection_"]',
          ],
          skills: [
            card("Skills"),
            card("SkillsTopLevelSection"),
            '[data-testid^="profile_Skills"]',
          ],
          name: 'h1,h2,[role="heading"]',
          item: '[componentkey^="entity-collection-item"]',
          long: '[data-testid="expandable-text-box"]',
          more: 'a[href*="/details/"]',
        },
        // 2021 to 2025: sections behind an anchor with an id, each text there twice.
        anchors: {
          top: [
            "main section.artdeco-card .pv-text-details__left-panel",
            '[data-view-name="profile-top-card"]',
            "main .ph5 h1.text-heading-xlarge",
            "main .pv-text-details__left-panel",
            "main h1.text-heading-xlarge",
            "main section:is(.pv-top-card,[data-member-id]):has(h1)",
          ],
          // Anything else is a heading that needs a witness.
          sure: '.pv-top-card,[data-member-id],.pv-text-details__left-panel,[data-view-name="profile-top-card"]',
          name: ["h1.text-heading-xlarge", 'h1[class*="inline"]', "h1", "h2"],
          headline: [
            ".text-body-medium.break-words",
            "[data-generated-suggestion-target]",
            ".text-body-medium",
          ],
          location: [
            ".text-body-small.inline.t-black--light.break-words",
            ".pv-text-details__left-panel.mt2 .text-body-small",
          ],
          degree: [".dist-value", ".distance-badge"],
          company: [
            'button[aria-label] [class*="inline-show-more-text"]',
            ".pv-text-details__right-panel li",
          ],
          about: [
            ".inline-show-more-text",
            ".pv-shared-text-with-see-more",
            ".pvs-list .visually-hidden ~ span",
          ],
          item: '[data-view-name="profile-component-entity"],li.artdeco-list__item > .pvs-entity,.pvs-entity',
          title: [".t-bold"],
          subtitle: ".t-14.t-normal:not(.t-black--light)",
          detail: ".t-14.t-normal.t-black--light",
        },
        // Up to 2020.
        sections: {
          top: [".pv-top-card", ".pv-top-card-section"],
          name: [".pv-top-card-section__name", ".pv-top-card--list > li:first-child", "h1"],
          headline: [".pv-top-card-section__headline", "h2"],
          location: [
            ".pv-top-card-section__location",
            ".pv-top-card--list-bullet > li:first-child",
          ],
          degree: [".dist-value"],
          company: [".pv-top-card-v2-section__company-name", ".pv-top-card--experience-list-item"],
          about: [".pv-about__summary-text", ".pv-top-card-section__summary-text"],
          position:
            "#experience-section .pv-position-entity, .experience-section .pv-position-entity",
          role: ".pv-entity__role-details",
          roleTitle: [
            ".pv-entity__summary-info-v2 h3 span:nth-child(2)",
            "h3 span:nth-child(2)",
            "h3",
          ],
          title: [".pv-entity__summary-info h3", "h3"],
          group: [
            ".pv-entity__company-summary-info h3 span:nth-child(2)",
            ".pv-entity__company-summary-info h3",
          ],
          subtitle: [".pv-entity__secondary-title"],
          // Full-time, part-time: behind the company, in the same text.
          separator: [".pv-entity__secondary-title .separator"],
          dates: [".pv-entity__date-range span:nth-child(2)"],
          description: [".pv-entity__description"],
          school: ".pv-education-entity",
          schoolName: [".pv-entity__school-name"],
          schoolDegree: [".pv-entity__degree-name .pv-entity__comma-item"],
          skill: ".pv-skill-category-entity__name-text",
        },
        // No layout at all: what any page of a member has. Sections by the site's own marks, else
        // by where their links lead.
        outline: {
          around:
            'aside,nav,footer,dialog,form,body > header,[role="dialog"],[role="complementary"],[role="navigation"],[role="banner"],[aria-modal="true"],[aria-hidden="true"],[class*="msg-overlay"],[data-view-name*="messaging"],[data-view-name*="browsemap"],.pv-browsemap-section',
          heading: 'h1,h2,[role="heading"]',
          sectionHeading: 'h2,[role="heading"]',
          titles: 'h2,h3,[role="heading"]',
          // What a part of the page is never as large as.
          page: 'main,body,[role="main"]',
          // Only the owner's card has it; sections link to more of themselves, too.
          card: 'a[href*="/overlay/"]',
          owner: 'a[href*="/overlay/"],a[href*="/details/"],a[href*="/recent-activity"]',
          text: "p,span,time,div,h3,h4,small",
          unread: ".visually-hidden,.sr-only,.a11y-text,[hidden]",
          long: '[data-testid="expandable-text-box"],.inline-show-more-text',
          sections: {
            about: [card("About"), "#about", '[data-section="summary"]'],
            experience: [
              card("Experience", "VolunteerExperience"),
              card("ExperienceTopLevelSection", "VolunteerExperienceTopLevelSection"),
              '[data-testid*="ExperienceTopLevel" i]:not([data-testid*="Volunteer" i])',
              "#experience",
              '[data-section="experience"]',
              'a[href*="/details/experience"]',
              `section:has(a[href*="/company/"]):not(${named})`,
              `:is(main,[role="main"]) a[href*="/company/"]:not(:is(${named}) a)`,
            ],
            education: [
              card("Education"),
              card("EducationTopLevelSection"),
              '[data-testid*="EducationTopLevel" i]',
              "#education",
              '[data-section="educationsDetails"]',
              'a[href*="/details/education"]',
              `section:has(a[href*="/school/"]):not(${named})`,
              `:is(main,[role="main"]) a[href*="/school/"]:not(:is(${named}) a)`,
            ],
          },
        },
        // The page for visitors who are not signed in.
        guest: {
          top: [".top-card-layout"],
          name: [".top-card-layout__title"],
          headline: [".top-card-layout__headline"],
          location: [
            ".profile-info-subheader > span:first-child",
            ".profile-info-subheader > div:first-child > span:first-child",
            ".top-card__subline-item",
            ".top-card-layout__first-subline > :first-child",
          ],
          company: [
            '[data-section="currentPositionsDetails"] .top-card-link__description',
            '[data-section="currentPositionsDetails"]',
          ],
          about: [
            '[data-section="summary"] .core-section-container__content',
            '[data-section="summary"] p',
          ],
          position:
            '[data-section="experience"] .experience-item, [data-section="experience"] .profile-section-card',
          role: ".experience-group-position",
          group: ".experience-group",
          school:
            '[data-section="educationsDetails"] .education__list-item, [data-section="educationsDetails"] .profile-section-card',
          title: [".experience-item__title", ".profile-section-card__title", "h3"],
          subtitle: [".experience-item__subtitle", ".profile-section-card__subtitle", "h4"],
          dates: [".date-range", ".experience-item__duration"],
          description: [
            ".show-more-less-text__text--more",
            ".show-more-less-text__text--less",
            ".experience-item__description",
          ],
        },
      },
    },
  };
});
