"""Classes by year and id, planned and as they happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from generator.model import Repo
from generator.model.delivered import DeliveredClass
from generator.model.programme import Site
from generator.model.training import AssessmentClass, PlannedClass
from generator.rules.once import once

ClassKey = tuple[int, str]


@once
def planned_classes(repo: Repo) -> Mapping[ClassKey, PlannedClass]:
    """Preparatory classes of the plans."""
    return {(plan.year, item.id): item for plan in repo.plans for item in plan.classes}


@once
def assessment_classes(repo: Repo) -> Mapping[ClassKey, AssessmentClass]:
    """Assessment classes of the plans."""
    return {(plan.year, item.id): item for plan in repo.assessments for item in plan.classes}


@once
def delivered_preparatory(repo: Repo) -> Mapping[ClassKey, DeliveredClass]:
    """Preparatory classes as they happened."""
    return {(record.year, item.id): item for record in repo.deliveries for item in record.classes}


@once
def delivered_assessment(repo: Repo) -> Mapping[ClassKey, DeliveredClass]:
    """Assessment classes as they happened."""
    return {(record.year, item.id): item for record in repo.assessment_deliveries for item in record.classes}


@once
def assessment_days(repo: Repo) -> Mapping[ClassKey, tuple[date, date]]:
    """First and last day of assessment classes: as they happened, else as planned."""
    held: dict[ClassKey, AssessmentClass | DeliveredClass] = {
        **assessment_classes(repo),
        **delivered_assessment(repo),
    }
    return {key: (item.start, item.end) for key, item in held.items()}


@once
def assessment_sites(repo: Repo) -> Mapping[ClassKey, Site]:
    """The site an assessment class belongs to; a base without a site has no entry."""
    sites = {
        (plan.year, item.id): repo.programmes[plan.year].site_of_base(plan.base)
        for plan in repo.assessments
        for item in plan.classes
    }
    return {key: site for key, site in sites.items() if site is not None}


@once
def preparatory_ends(repo: Repo) -> Mapping[ClassKey, date]:
    """Last day of preparatory classes: as they happened, else as planned."""
    held: dict[ClassKey, PlannedClass | DeliveredClass] = {
        **planned_classes(repo),
        **delivered_preparatory(repo),
    }
    return {key: one.end for key, one in held.items()}
