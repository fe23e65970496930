"""Addresses that look across projects: the register and what it takes in and gives out."""

from django.urls import path

from portfolio.register.pages import projects

urlpatterns = [
    path("projects/", projects.index, name="projects"),
    path("projects/filters/", projects.choose, name="project-filters"),
]
